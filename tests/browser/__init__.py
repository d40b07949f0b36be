"""Tests in a real browser. A package, so that its application and browser end before other tests begin."""
