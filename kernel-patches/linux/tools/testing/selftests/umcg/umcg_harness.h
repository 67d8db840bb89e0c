/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_HARNESS_H
#define _UMCG_HARNESS_H

#include "../kselftest_harness.h"

/* Seconds; on a kernel that checks itself, emulated by a machine that is busy. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	120

#endif /* _UMCG_HARNESS_H */
