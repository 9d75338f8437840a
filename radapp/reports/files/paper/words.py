"""What a PDF and a workbook say of themselves, in English and Chinese."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "inputs": "inputs",
        "page": "page {page} of {pages}",
        "contents": "Contents",
        "table": "Table",
        "figure": "Figure",
        "methods": "Methods",
        "references": "References",
        "preliminary": "PRELIMINARY",
        "unknown": "no figure",
    },
    "zh": {
        "inputs": "输入数据",
        "page": "第 {page} 页，共 {pages} 页",
        "contents": "目录",
        "table": "表",
        "figure": "图",
        "methods": "方法",
        "references": "参考文献",
        "preliminary": "初步结果",
        "unknown": "无数值",
    },
}
"""{language: {word: text}}; the same words in each."""
