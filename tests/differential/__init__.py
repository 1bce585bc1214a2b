# SPDX-License-Identifier: Apache-2.0
"""Random calls to placedock and to upstream, side by side, whose answers must be the same.

`calls` is what is sent and answered; `world` what exists meanwhile, as far as the generators need to
know; `writes`, `claims`, `queries` and `candidate_queries` draw the calls; `comparison` compares the
answers and `deliberate` knows where they may differ; `shrinking` makes a failure small.
"""
