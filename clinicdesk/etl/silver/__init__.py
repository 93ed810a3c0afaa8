"""From cells to typed clinical values: pure functions over dataframes, of no engine (ADR 14).

They add columns and take none away, so that whatever tells the rows apart stays beside them: an
engine that works on many machines keeps no order.
"""
