"""Every shape of document prints as it was last looked at and approved."""

from __future__ import annotations

import io

import pytest

from laborclerk.printing.pdf import write_pdf

from . import samples
from .compare import check


@pytest.mark.parametrize("name", samples.ALL)
def test_the_sample_prints_as_approved(name, tmp_path):
    stream = io.BytesIO()
    write_pdf(samples.ALL[name](), stream, invariant=True)
    check(stream.getvalue(), name, actual=tmp_path)
