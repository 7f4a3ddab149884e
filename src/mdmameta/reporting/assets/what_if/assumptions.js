// Contrasts as they would be under assumptions; nothing identifies these.

/**
 * Move contrasts and add the variance that the assumptions bring.
 *
 * y − b u − π_T Δ + f_T s_T − f_C s_C, with b² var(u) and s² f (1 − f) / n added:
 * mdmameta.sensitivity's `adjusted`, `naive_contrast` (γ = 0) and `shifted`.
 * @param trials y, v, u, u_var, share, f_active, f_control, n_active, n_control;
 *   null is not known: no u, nobody missing, and `unknownShare` for the share
 */
export function underAssumptions(trials, { b, delta, unknownShare, active, control }) {
  return trials.map((t) => ({
    y:
      t.y -
      b * (t.u ?? 0) -
      delta * (t.share ?? unknownShare) +
      active * (t.f_active ?? 0) -
      control * (t.f_control ?? 0),
    v:
      t.v +
      b * b * (t.u_var ?? 0) +
      mixing(active, t.f_active, t.n_active) +
      mixing(control, t.f_control, t.n_control),
  }));
}

const mixing = (shift, f, n) => (f == null || n == null ? 0 : (shift * shift * f * (1 - f)) / n);
