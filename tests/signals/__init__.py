"""Tests of filters, resampling and features."""
