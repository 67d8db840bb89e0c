/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_STAND_IN_H
#define UMCG_STAND_IN_H

/* What the sentinel does in a server's place. Used by the sentinel alone. */
#include "sentinel/work.h"

/* Run workers in a server's place until it moves or there is nobody left who may run. */
void stand_in(struct work *w, uint32_t server, enum counter reason);

/* Tell of the workers of a waiting server that sleep without the kernel saying so. */
void reveal(struct work *w, uint32_t server);

/*
 * Preempt the worker that a waiting server runs. It may have spun for a lock of the
 * VM's, and the policy may not pick the owner: so those inside the VM have a turn.
 */
void relieve(struct work *w, uint32_t server);

/*
 * Hand what waits in the Java run queue to a server as if it had just become runnable.
 * Does nothing while some server may be in the policy.
 */
void requeue(struct work *w, uint32_t server);

#endif /* UMCG_STAND_IN_H */
