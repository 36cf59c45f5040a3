"""A client library under judgement: installed, driven method by method against a recording server."""
