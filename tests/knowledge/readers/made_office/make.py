"""Makes the files in this folder anew, as LibreOffice writes them. Run it as a module: `python -m`."""

from __future__ import annotations

import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from tests.knowledge.readers import test_excel, test_word
from tests.knowledge.readers.office_files import word_file

HERE = Path(__file__).parent
SECONDS = 120

PLAN = """<h1>Harbour plan</h1><p>First. We will:</p>
<ul><li>meet<ul><li>in May</li><li>in June</li></ul></li><li>vote</li></ul><ol><li>one</li><li>two</li></ol>
<h2>Posts</h2><table border=1><thead><tr><th></th><th>Port</th><th>Role</th></tr></thead>
<tr><td rowspan=2>Ann Wood</td><td>Hill</td><td>Lead</td></tr><tr><td colspan=2>Coast lead</td></tr></table>"""


def changes() -> bytes:
    """A document with numbers, a note and tracked changes."""
    line, run, item = test_word.line, test_word.run, test_word.item
    gone = "<w:del><w:r><w:delText>five</w:delText></w:r></w:del>"
    body = [
        line("Plan", "Title"),
        item("one", 1),
        item("two", 1, 1),
        line(f"{run('We meet.')}<w:r><w:footnoteReference w:id='2'/></w:r>"),
        line(f"{run('It has ')}{gone}<w:ins w:id='5' w:author='Ann'>{run('six')}</w:ins>{run(' members.')}"),
    ]
    words = line("<w:r><w:footnoteRef/></w:r>" + run(" In May."))
    note = f"<w:footnote w:id='2'>{words}</w:footnote>"
    numbers = test_word.numbering(("decimal", "%1."), ("lowerLetter", "(%2)"))
    return word_file("".join(body), styles=test_word.HEADINGS, numbering=numbers, footnotes=note)


def posts() -> bytes:
    """A workbook with a merged title and formulas."""

    def merge(page: Worksheet) -> None:
        page.merge_cells("A1:D1")

    return test_excel.made(
        ["Harbour posts"],
        [],
        ["Port", "Since", "Cost", "Sum"],
        ["Hill", datetime(2019, 10, 21), 1200, "=C4*2"],
        ["Coast", datetime(2020, 4, 1), 0.1 + 0.2, "=1/0"],
        finish=merge,
    )


def main() -> None:
    """Write the sources and have LibreOffice convert them."""
    with tempfile.TemporaryDirectory() as folder:
        sources = {"plan.html": PLAN.encode(), "changes.docx": changes(), "posts.xlsx": posts()}
        for name, data in sources.items():
            source = Path(folder, name)
            source.write_bytes(data)
            kind = "xlsx" if name.endswith("xlsx") else "docx"
            command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
            command += ["--infilter=HTML (StarWriter)"] if name.endswith("html") else []
            command += ["--convert-to", kind, "--outdir", str(HERE), str(source)]
            subprocess.run(command, check=True, timeout=SECONDS)


if __name__ == "__main__":
    main()
