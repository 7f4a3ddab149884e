-- Quarto's cross-references, callouts, tabsets, layouts and alternative texts,
-- as HTML; in documents the same words, without what only a browser can do. What is not on the allow-list goes to standard error, one line each:
-- MDMAMETA <tab> line, or text to look for in the page <tab> what was found <tab> cure.

local List = pandoc.List
local given            -- what Python hands over: inserts, pages, names, allow-lists
local numbers = {}     -- label -> text of its number
local counts = { fig = 0, tbl = 0, eq = 0 }
local tabsets = 0
local cited = false

local function fault(text, found, cure)
  io.stderr:write(table.concat({ "MDMAMETA", tostring(text), found, cure }, "\t"):gsub("\n", " ") .. "\n")
end

local function raw(html) return pandoc.RawBlock("html", html) end

local function esc(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

local function kind_of(label)
  local kind = label:match("^(%a+)%-")
  return kind and given.references[kind] and kind or nil
end

local function inlines_of(text)
  return pandoc.utils.blocks_to_inlines(pandoc.read(text, "markdown").blocks)
end

-- 1. What pandoc read and we do not render ----------------------------------

local function check_raw(el)
  if el.format:match("^html") and el.text:match("^%s*<!%-%-") then return {} end
  fault(el.text:match("^%s*(%S*)"), "raw " .. el.format .. " '" .. el.text:sub(1, 40) .. "'",
    "Write it in Markdown.")
end

local function check_classes(el, allowed, what)
  for _, class in ipairs(el.classes) do
    if not class:match("^mdm%-") and not allowed[class] then
      fault("." .. class, what .. " of class '" .. class .. "'", "It is not on the allow-list.")
    end
  end
end

local check = {
  RawBlock = check_raw,
  RawInline = check_raw,
  Div = function(el) check_classes(el, given.divs, "a fenced div") end,
  Span = function(el) check_classes(el, given.spans, "a span") end,
  Header = function(el)
    check_classes(el, given.headings, "a heading")
    if el.level == 1 then
      fault(pandoc.utils.stringify(el), "a heading of level 1", "Begin with '##'.")
    end
  end,
  Str = function(el)
    local label = el.text:match("{#([%w-]+)")
    if label and kind_of(label) ~= "eq" then
      fault(label, "the label '" .. label .. "' is attached to nothing",
        "Put it behind a heading, an image or the caption of a table.")
    end
  end,
}

-- 2. Structure: callouts, tabs, layouts, conditional content ------------------

local function is_ours(format)
  return format == given.target or (format == "typst" and given.target == "pdf")
end

local function is_visible(el)
  local when, unless = el.attributes["when-format"], el.attributes["unless-format"]
  local matches = (not when or is_ours(when)) and not is_ours(unless)
  return matches == el.classes:includes("content-visible")
end

local function callout(el, kind)
  local title, content = el.attributes.title, el.content
  local heading = kind:sub(1, 1):upper() .. kind:sub(2)
  heading = title and inlines_of(title) or pandoc.Inlines(heading)
  if not title and content[1] and content[1].t == "Header" then
    heading = content:remove(1).content
  end
  if given.target ~= "html" then
    local shown = List({ pandoc.Para({ pandoc.Strong(heading) }) })
    shown:extend(content)
    return pandoc.BlockQuote(shown)
  end
  local collapse, bare = el.attributes.collapse, el.attributes.appearance == "minimal"
  local outer = collapse and "details" or "div"
  local inner = collapse and "summary" or "p"
  local look = (el.attributes.icon == "false" or bare) and " callout-plain" or ""
  if el.attributes.appearance == "simple" or bare then look = look .. " callout-simple" end
  local blocks = List({ raw(('<%s class="callout callout-%s%s"%s>'):format(outer, kind, look,
    collapse == "false" and " open" or "")) })
  if not bare or collapse then
    blocks:extend({ raw("<" .. inner .. ' class="callout-title">'), pandoc.Plain(heading),
      raw("</" .. inner .. ">") })
  end
  blocks:insert(pandoc.Div(content, { class = "callout-body" }))
  blocks:insert(raw("</" .. outer .. ">"))
  return blocks
end

local function tabset(el)
  tabsets = tabsets + 1
  local blocks, level, count = List({ raw('<div class="tabset" role="group">') }), nil, 0
  for _, block in ipairs(el.content) do
    if block.t == "Header" and (level == nil or block.level == level) then
      if level then blocks:insert(raw("</div>")) end
      level, count = block.level, count + 1
      local id = ("tabset-%d-%d"):format(tabsets, count)
      blocks:insert(raw(('<input type="radio" name="tabset-%d" id="%s"%s><label for="%s">')
        :format(tabsets, id, count == 1 and " checked" or "", id)))
      blocks:insert(pandoc.Plain(block.content))
      blocks:insert(raw('</label><div class="tab-panel">'))
    elseif level == nil then
      fault("panel-tabset", "a tabset that does not begin with a heading", "Add '### Name'.")
      return el
    else
      blocks:insert(block)
    end
  end
  blocks:extend({ raw("</div></div>") })
  return blocks
end

local structure = {
  Div = function(el)
    for _, class in ipairs(el.classes) do
      local kind = class:match("^callout%-(%a+)$")
      if kind then return callout(el, kind) end
    end
    if el.classes:includes("content-visible") or el.classes:includes("content-hidden") then
      return is_visible(el) and el.content or {}
    end
    if el.classes:includes("panel-tabset") then return tabset(el) end
    local columns = el.attributes["layout-ncol"]
    if columns then
      el.attributes = { style = "--columns:" .. columns }
      el.classes:insert("layout")
      el.content = el.content:map(function(block) return pandoc.Div(block) end)
      return el
    end
  end,
}

-- 3. Numbers, in the order of the page ---------------------------------------

local function give(label, number)
  if numbers[label] then
    fault(label, "the label '" .. label .. "' stands twice", "Give each its own.")
  end
  numbers[label] = number
end

local function count(el)
  local kind = kind_of(el.identifier)
  if kind == "fig" or kind == "tbl" then
    counts[kind] = counts[kind] + 1
    give(el.identifier, tostring(counts[kind]))
  end
end

local function number_headings(doc)
  local top, levels = 6, {}
  doc:walk({ Header = function(el) top = math.min(top, el.level) end })
  return function(el)
    if el.classes:includes("unnumbered") then
      if el.identifier:match("^sec%-") then give(el.identifier, false) end
      return
    end
    local depth = el.level - top + 1
    for i = 1, depth do levels[i] = (levels[i] or 0) + (i == depth and 1 or 0) end
    for i = depth + 1, #levels do levels[i] = nil end
    local number = table.concat(levels, ".")
    if el.identifier:match("^sec%-") then give(el.identifier, number) end
    if given.number_sections then el.attributes.number = number end
    return el
  end
end

local function equation(inlines)
  local out, i = pandoc.Inlines({}), 1
  while i <= #inlines do
    local label, step = nil, 0
    if inlines[i].t == "Math" and inlines[i].mathtype == "DisplayMath" then
      for ahead = 1, 2 do
        local after = inlines[i + ahead]
        if after and after.t == "Str" and not label then
          label, step = after.text:match("^{#(eq%-[%w-]+)}$"), ahead
        end
      end
    end
    if label then
      counts.eq = counts.eq + 1
      give(label, tostring(counts.eq))
      local shown = pandoc.Span("(" .. counts.eq .. ")", { class = "equation-number" })
      out:insert(pandoc.Span({ inlines[i], shown }, { id = label, class = "equation" }))
      i = i + step
    else
      local stray = inlines[i].t == "Str" and inlines[i].text:match("{#(eq%-[%w-]+)")
      if stray then fault(stray, "the label '" .. stray .. "' follows no equation",
        "Write $$…$$ {#" .. stray .. "}.") end
      out:insert(inlines[i])
    end
    i = i + 1
  end
  return out
end

-- 4. Figures and tables, each with one caption --------------------------------

local function caption_of(label, inlines)
  local lead = given.references[kind_of(label)] .. "\u{a0}" .. (numbers[label] or "?")
  local span = pandoc.Span({ pandoc.Str(lead .. ".") }, { class = "caption-label" })
  if given.target ~= "html" then span = pandoc.Strong({ pandoc.Str(lead .. ".") }) end
  return pandoc.Inlines({ span, pandoc.Space() }) .. inlines
end

-- Keeps a caption on the page of the table below it.
local function sticky(block)
  if given.target ~= "pdf" then return { block } end
  return { pandoc.RawBlock("typst", "#block(sticky: true)["), block, pandoc.RawBlock("typst", "]") }
end

-- What stands below a table is set as small as the table in Word.
local function noted(content)
  if given.target ~= "docx" then return content end
  return List(content):map(function(block)
    local note = block.t == "Para" or block.t == "Plain"
    return note and pandoc.Div({ block }, { ["custom-style"] = "Table Note" }) or block
  end)
end

local function float(label, caption, content)
  local kind = kind_of(label)
  local head = pandoc.Plain(caption_of(label, caption))
  if given.target ~= "html" then
    local style = kind == "tbl" and "Table Caption" or "Image Caption"
    local said = pandoc.Div({ pandoc.Para(head.content) }, { ["custom-style"] = style })
    local blocks = List({})
    if kind == "tbl" then blocks:extend(sticky(said)) end
    blocks:extend(kind == "tbl" and noted(content) or content)
    if kind == "fig" then blocks:insert(said) end
    return pandoc.Div(blocks, { id = label })
  end
  local title = List({ raw("<figcaption>"), head, raw("</figcaption>") })
  local open = raw(('<figure id="%s" class="float-%s">'):format(label, kind))
  local blocks = List({ open })
  if kind == "tbl" then blocks:extend(title) end
  blocks:extend(content)
  if kind == "fig" then blocks:extend(title) end
  blocks:insert(raw("</figure>"))
  return blocks
end

local function wrapped(blocks)
  local out = List({ raw('<div class="table-wrap" tabindex="0">') })
  out:extend(blocks)
  out:insert(raw("</div>"))
  return out
end

local function quoted(text) return '"' .. text:gsub('[\\"]', "\\%0"):gsub("%s+", " ") .. '"' end

local function picture(what, alt)
  if given.target == "pdf" then
    local call = ("#image(%s, width: 100%%, alt: %s)"):format(quoted(what.file), quoted(alt))
    return List({ pandoc.RawBlock("typst", call) })
  end
  local shown = pandoc.Image(alt, what.file, "", { width = "100%" })
  return List({ pandoc.Plain({ shown }) })
end

local function insert_of(el, caption)
  local what = given.inserts[tonumber(el.attributes.n)]
  if what.html then
    local is_table = what.html:match("<table")
    return is_table and wrapped({ raw(what.html) }) or List({ raw(what.html) })
  end
  local alt = what.alt
  if alt == "" and caption then alt = pandoc.utils.stringify(caption) end
  if alt == "" then
    fault(what.line, "a figure without alternative text", "Give its cell a fig-alt.")
  end
  if given.target ~= "html" then return picture(what, alt) end
  local size = ""
  for _, key in ipairs({ "width", "height" }) do
    if type(what[key]) == "number" then size = size .. (' %s="%d"'):format(key, what[key]) end
  end
  return List({ raw(('<div class="plot-wrap" tabindex="0"><img class="plot" src="%s" alt="%s"%s></div>'):format(
    esc(what.image), esc(alt), size)) })
end

local function captioned_div(el)
  local last = el.content:remove(#el.content)
  if not last or (last.t ~= "Para" and not (last.t == "Div" and last.classes[1] == "mdm-caption")) then
    fault(el.identifier, "'" .. el.identifier .. "' without caption",
      "End the div with a paragraph: the caption.")
    return el
  end
  local caption = last.t == "Para" and last.content
    or pandoc.utils.blocks_to_inlines(last.content)
  local content = el.content:walk({
    Div = function(d) if d.classes:includes("mdm-insert") then return insert_of(d, caption) end end,
  })
  return float(el.identifier, caption, content)
end

local floats = {
  traverse = "topdown",
  Div = function(el)
    if el.classes:includes("mdm-insert") then return insert_of(el), false end
    if el.classes:includes("mdm-cell") and #el.content == 0 then return {} end
    local kind = kind_of(el.identifier)
    if kind == "fig" or kind == "tbl" then return captioned_div(el) end
  end,
  Table = function(el)
    local caption = pandoc.utils.blocks_to_inlines(el.caption.long)
    local label = el.identifier
    el.caption, el.identifier = { long = {} }, ""
    if kind_of(label) == "tbl" then return float(label, caption, wrapped({ el })), false end
    if #caption > 0 then
      fault(pandoc.utils.stringify(caption):sub(1, 20), "a table with caption and no label",
        "End the caption with {#tbl-…}.")
    end
    return wrapped({ el }), false
  end,
  Figure = function(el)
    local label, caption = el.identifier, pandoc.utils.blocks_to_inlines(el.caption.long)
    if kind_of(label) ~= "fig" then
      fault(pandoc.utils.stringify(caption):sub(1, 20), "an image with caption and no label",
        "Add {#fig-…}, or leave the caption empty.")
      return el, false
    end
    return float(label, caption, el.content), false
  end,
  CodeBlock = function(el)
    if not el.classes:includes("mdm-code") then return nil end
    local summary = el.attributes.summary
    el.attributes = {}
    el.classes = { "python" }
    if not summary then return el, false end
    local open = ('<details class="code-fold"><summary>%s</summary>'):format(esc(summary))
    return List({ raw(open), el, raw("</details>") }), false
  end,
}

-- 5. References, links, images -------------------------------------------------

local function reference(citation, ids)
  local label = citation.id
  local kind, number = kind_of(label), numbers[label]
  if number == nil then
    fault("@" .. label, "unresolved cross-reference '@" .. label .. "'",
      "Label a figure, table, section or equation of this page so.")
    return pandoc.Inlines("?")
  end
  if kind == "sec" and not (number and given.number_sections) then
    fault("@" .. label, "'@" .. label .. "' to a section without number",
      "Set 'number-sections: true', or write [text](#" .. label .. ").")
    return pandoc.Inlines("?")
  end
  if #citation.suffix > 0 then
    fault("@" .. label, "text behind '@" .. label .. "' in brackets", "Put it outside.")
  end
  local text = pandoc.Inlines({ pandoc.Str(number) })
  if kind == "eq" then text = pandoc.Inlines({ pandoc.Str("(" .. number .. ")") }) end
  if #citation.prefix > 0 then
    text = citation.prefix .. { pandoc.Str("\u{a0}") } .. text
  elseif citation.mode ~= "SuppressAuthor" then
    text = pandoc.Inlines({ pandoc.Str(given.references[kind] .. "\u{a0}") }) .. text
  end
  return pandoc.Inlines({ pandoc.Link(text, "#" .. label, "", { class = "xref" }) })
end

local links = {
  Cite = function(el)
    if not kind_of(el.citations[1].id) then
      cited = true
      return nil
    end
    local out = pandoc.Inlines({})
    for i, citation in ipairs(el.citations) do
      if i > 1 then out:extend({ pandoc.Str(","), pandoc.Space() }) end
      out:extend(reference(citation))
    end
    return out
  end,
  Link = function(el)
    local page, anchor = el.target:match("^([^:#]+%.qmd)(#?.*)$")
    if page then
      el.target = page:gsub("%.qmd$", "." .. given.target)
        .. (given.target == "html" and anchor or "")
    end
    return el
  end,
  Image = function(el)
    local alt = el.attributes["fig-alt"]
    el.attributes["fig-alt"] = nil
    if alt then el.caption = pandoc.Inlines(alt) end
    if #el.caption == 0 then
      fault(el.src, "the image '" .. el.src .. "' without alternative text",
        'Write ![caption](file){fig-alt="…"}.')
    end
    return el
  end,
  Header = function(el)
    local number = el.attributes.number
    el.attributes.number = nil
    if number then
      local span = pandoc.Span(number, { class = "section-number" })
      el.content = pandoc.Inlines({ span, pandoc.Space() }) .. el.content
    end
    return el
  end,
}

-- 6. Order of the end: text, references, provenance ---------------------------

local function finish(doc)
  local has_list, provenance, kept = false, List({}), List({})
  for _, block in ipairs(doc.blocks) do
    if block.t == "Div" and block.identifier == "refs" then has_list = true end
    if block.t == "Div" and block.classes:includes("provenance") then
      provenance:extend(block.content)
    else
      kept:insert(block)
    end
  end
  if cited and not has_list then
    kept:insert(pandoc.Header(2, "References", { id = "references", class = "unnumbered" }))
    kept:insert(pandoc.Div({}, { id = "refs" }))
  end
  doc.blocks = kept
  if given.target ~= "html" then doc.blocks:extend(provenance)
  elseif #provenance > 0 then doc.meta.provenance = pandoc.MetaBlocks(provenance) end
  return doc
end

function Pandoc(doc)
  local file <close> = assert(io.open(pandoc.utils.stringify(doc.meta["mdmameta-given"]), "r"))
  given = pandoc.json.decode(file:read("a"), false)
  doc = doc:walk(check):walk(structure)
  doc = doc:walk({ Inlines = equation })
  local number = number_headings(doc)
  doc = doc:walk({ traverse = "topdown", Div = count, Table = count, Figure = count, Header = number })
  doc = doc:walk(floats):walk(links)
  return finish(doc)
end
