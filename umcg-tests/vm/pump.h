/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pump carries one direction of one stream from descriptor to descriptor,
 * driven by poll(). It is the same on both sides of the virtual machine.
 */
#ifndef PUMP_H
#define PUMP_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

struct pump {
	int from;			/* -1 after the last byte was read */
	int to;				/* -1 after the taker has gone */
	size_t at_once;			/* longest single write, 0 = no limit */
	unsigned long long taken;	/* bytes read so far */
	size_t start, end;		/* bytes[start..end) wait to be written */
	char bytes[65536];
};

static inline bool pump_is_empty(const struct pump *pump)
{
	return pump->start == pump->end;
}

static inline bool pump_is_finished(const struct pump *pump)
{
	return pump->to < 0 || (pump->from < 0 && pump_is_empty(pump));
}

static inline void pump_prepare(const struct pump *pump, struct pollfd wish[2])
{
	bool reads = !pump_is_finished(pump) && pump_is_empty(pump);
	bool writes = !pump_is_finished(pump) && !pump_is_empty(pump);

	wish[0] = (struct pollfd){ .fd = reads ? pump->from : -1, .events = POLLIN };
	wish[1] = (struct pollfd){ .fd = writes ? pump->to : -1, .events = POLLOUT };
}

static inline bool pump_may_retry(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static inline void pump_read(struct pump *pump)
{
	ssize_t count = read(pump->from, pump->bytes, sizeof(pump->bytes));

	if (count < 0 && pump_may_retry())
		return;
	if (count <= 0) {
		pump->from = -1;
		return;
	}
	pump->taken += (size_t)count;
	pump->start = 0;
	pump->end = (size_t)count;
}

static inline void pump_write(struct pump *pump)
{
	size_t length = pump->end - pump->start;
	ssize_t count;

	if (pump->at_once && length > pump->at_once)
		length = pump->at_once;
	count = write(pump->to, pump->bytes + pump->start, length);
	if (count >= 0)
		pump->start += (size_t)count;
	else if (!pump_may_retry())
		pump->to = -1;
}

static inline void pump_run(struct pump *pump, const struct pollfd ready[2])
{
	if (ready[0].revents)
		pump_read(pump);
	if (ready[1].revents)
		pump_write(pump);
}

#endif
