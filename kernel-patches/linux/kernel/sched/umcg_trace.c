// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the trace events of umcg_trace.h.
 */

#include "umcg.h"

#define CREATE_TRACE_POINTS
#include "umcg_trace.h"
