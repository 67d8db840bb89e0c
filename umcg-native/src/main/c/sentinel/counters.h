/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_COUNTERS_H
#define UMCG_COUNTERS_H

/*
 * What the sentinel counts, in the order of Counter.java, which says what each one
 * means and what users call it. layout.c hands the names to the test that compares
 * the two.
 */
#define FOR_EACH_COUNTER(X)	\
	X(RESCUES_RETURNING)	\
	X(RESCUES_JAVA)		\
	X(RESCUES_DEAD)		\
	X(SENTINEL_RUNS)	\
	X(SENTINEL_PREEMPTS)	\
	X(REVEALS)		\
	X(REQUEUES)

#define COUNTER_ID(name)	name,

enum counter {
	FOR_EACH_COUNTER(COUNTER_ID)
	MAX_COUNTERS
};

#endif /* UMCG_COUNTERS_H */
