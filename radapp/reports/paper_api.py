"""HTTP of the paper, reproduced: every published figure beside the recomputed one, with verdict and reason."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ml.evaluation.paper.rows import EXPECTED, Row, Verdict, reproduce, sums, tally
from ml.evaluation.paper.words import SOURCE, published, recomputed
from radapp.reports.document.blocks import Words
from radapp.reports.paper_words import said


class WordsSerializer(serializers.Serializer[Any]):
    """A text in English and in Chinese."""

    en = serializers.CharField()
    zh = serializers.CharField()


class PaperFigureSerializer(serializers.Serializer[Any]):
    """One figure: `published` and `recomputed` as they are printed, a dash where there is none."""

    id = serializers.CharField()
    section = WordsSerializer()
    published = serializers.CharField()
    recomputed = serializers.CharField()
    method = WordsSerializer()
    verdict = serializers.ChoiceField([verdict.name.lower() for verdict in Verdict])
    reason = WordsSerializer(help_text="Why it is explained or not decidable; empty for what is reproduced.")
    note = WordsSerializer(help_text="What else is worth knowing; mostly empty.")


class PaperSumsSerializer(serializers.Serializer[Any]):
    """How many of each verdict."""

    reproduced = serializers.IntegerField()
    explained = serializers.IntegerField()
    not_decidable = serializers.IntegerField()
    not_reproduced = serializers.IntegerField()


class PaperSerializer(serializers.Serializer[Any]):
    """The paper; `as_published`: the sums are those of the paper as it was published."""

    source = serializers.CharField()  # type: ignore[assignment]
    sums = PaperSumsSerializer()
    line = serializers.CharField(help_text="The sums as `python -m ml reproduce-paper` prints them.")
    as_published = serializers.BooleanField()
    figures = PaperFigureSerializer(many=True)


class PaperView(APIView):
    """The paper, reproduced."""

    @extend_schema(operation_id="reports_paper", responses=PaperSerializer)
    def get(self, request: Request) -> Response:
        """All its figures, in its order."""
        return Response(_paper())


@cache
def _paper() -> Mapping[str, Any]:
    """The answer: made once a process, since it hangs on the program alone."""
    rows = reproduce()
    counted = tally(rows)
    return PaperSerializer(
        {
            "source": SOURCE,
            "sums": {verdict.name.lower(): counted.get(verdict, 0) for verdict in Verdict},
            "line": sums(counted),
            "as_published": counted == EXPECTED,
            "figures": [_figure(row) for row in rows],
        }
    ).data


def _figure(row: Row) -> dict[str, str | Words]:
    return {
        "id": row.id,
        "section": said(row.section),
        "published": published(row),
        "recomputed": recomputed(row),
        "method": said(row.method),
        "verdict": row.verdict.name.lower(),
        "reason": said(row.reason),
        "note": said(row.note),
    }
