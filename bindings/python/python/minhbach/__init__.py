"""minhbach: quảng cáo không công khai và khẳng định bị cấm, có chứng cứ và điều luật.

Undisclosed advertising and forbidden product claims, with exact evidence and dated law.
"""

from ._native import Analysis, Detector, __version__, creator_schema, schema

__all__ = ["Analysis", "Detector", "__version__", "creator_schema", "schema"]
