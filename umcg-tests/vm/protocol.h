/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What PID 1 of the virtual machine (init.c) and the relay on the host
 * (relay.c) say to each other, one line each, over the port "control".
 *
 * Bytes of the command travel raw through a port per stream. The end of a
 * stream is told here as its length, so that nothing is lost at the end.
 *
 * guest to host:
 *   ready                     the command starts now
 *   exit CODE OUT ERR         it returned CODE after OUT and ERR bytes of output
 *   signal NUMBER OUT ERR     a signal ended it
 *   stuck WHAT                some process survives SIGKILL
 *   fault TEXT                the command could not be started
 * host to guest:
 *   input LENGTH              standard input ends after LENGTH bytes
 *   closed stdout|stderr      nobody reads this stream any more
 *   window ROWS COLUMNS       the terminal has a new size
 *   signal NUMBER             send it to the command's process group
 *   dump                      tell in the kernel log what every task is doing
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

enum port { CONTROL, STDIN, STDOUT, STDERR, PORTS };

static const char *const port_names[PORTS] = {
	"control", "stdin", "stdout", "stderr",
};

#endif
