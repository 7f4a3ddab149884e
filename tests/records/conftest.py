from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

TABLES = {
    "sources.csv": """\
source_id,kind,citation,doi,status,status_date,status_reason
PAPER,article,A paper,10.1000/1,current,,
NOTICE,article,Another paper,10.1000/2,retracted,2024-08-10,Conduct
""",
    "studies.csv": """\
study_id,label,condition,control_type,n_randomised,primary_instrument,primary_timepoint,source_id,locator,verification
T1,Trial one,pain,inactive,20,SCALE,week 8,PAPER,Table 1,text
T2,Trial two,pain,low_dose,10,,,PAPER,Table 2,text
""",
    "arms.csv": """\
study_id,arm_id,role,n_randomised,n_primary_assessed,source_id,locator,verification,row_id,derived_columns
T1,T1-drug,active,10,9,PAPER,Table 1,text,arm-T1-drug,
T1,T1-placebo,control,10,6,PAPER,Table 1,text,arm-T1-placebo,
T2,T2-drug,active,5,5,PAPER,Table 2,secondary,arm-T2-drug,
T2,T2-low,control,5,5,PAPER;NOTICE,Table 2,text,arm-T2-low,n_randomised
""",
    "instruments.csv": """\
instrument,label,kind,direction,min,max
SCALE,A scale,scale,lower,0,80
response,Response,event,higher,,
left_study,Left the study,event,lower,,
""",
    "continuous.csv": """\
study_id,arm_id,instrument,timepoint,weeks,stat,n,mean,sd,se,source_id,locator,verification,row_id,preferred
T1,T1-drug,SCALE,week 8,8,endpoint,9,20.5,10.1,,PAPER,Table 3,text,con-1,yes
T1,T1-placebo,SCALE,week 8,8,endpoint,6,30.5,,4.1,PAPER,Table 3,text,con-2,yes
T1,T1-drug,SCALE,week 8,8,change,9,-20.5,10.1,,PAPER,Table 3,text,con-3,yes
""",
    "binary.csv": """\
study_id,arm_id,outcome,timepoint,events,n,source_id,locator,verification,row_id,scope,unit,preferred
T1,T1-drug,response,week 8,7,9,PAPER,Table 4,text,bin-1,arm,participants,yes
T1,T1-placebo,response,week 8,2,5,PAPER,Table 4,text,bin-2,arm,participants,yes
T1,T1-placebo,left_study,week 8,3,10,PAPER,Table 4,unverified,bin-3,arm,participants,yes
T2,T2-drug,left_study,week 8,1,5,PAPER,Table 4,text,bin-4,arm,participants,yes
T2,,left_study,week 8,2,10,PAPER,Table 4,text,bin-5,study,participants,yes
""",
    "blinding.csv": """\
study_id,arm_id,respondent,n_asked,n_guess_active,n_guess_control,n_unsure,pct_correct,source_id,locator,verification,row_id,scope
T1,T1-drug,participant,9,7,1,1,,PAPER,Text,text,gue-1,arm
T1,T1-placebo,participant,6,2,3,1,,PAPER,Text,unverified,gue-2,arm
""",
    "prior_use.csv": """\
study_id,arm_id,n,n_prior,pct_prior,source_id,locator,verification,row_id,scope
T1,,20,8,40,PAPER,Table 1,text,pri-1,study
T2,T2-drug,5,1,20,PAPER,Table 1,text,pri-2,arm
T2,T2-low,5,2,40,PAPER,Table 1,text,pri-3,arm
""",
}

Edit = Callable[[str, int, str, str], None]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory of small, sound tables of a drug that is not MDMA."""
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def edit(place: Path) -> Edit:
    """Return a function that types `text` into one cell: file, line, column, text."""

    def typed(file: str, line: int, column: str, text: str) -> None:
        path = place / file
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        rows[line - 1][rows[0].index(column)] = text
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8")

    return typed
