// SPDX-License-Identifier: Apache-2.0
/*
 * Does this machine execute torn instructions? One thread calls a function whose entry
 * another one replaces all the time, the way HotSpot does: with aligned stores of 4 bytes,
 * by way of a jump to itself. Unlike HotSpot it puts the old one back, too, to go on.
 * Needs neither Java nor UMCG. Not part of any suite; see docs/40-testing-in-qemu.md.
 *
 *   gcc -O2 -D_GNU_SOURCE -pthread -o torn-fetch umcg-tests/vm/torn-fetch.c
 *   ./umcg run -- ./torn-fetch 30
 *
 *   old	89 84 24 00 c0 fe ff	mov %eax,-0x14000(%rsp)
 *   between	eb fe eb fe		jump to itself
 *   new	e9 .. .. .. .. fe ff	jump to the end
 *
 * Ends with 0 when the seconds given are over, with 1 at the first signal, with 2 if it
 * cannot begin.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <sys/mman.h>

/* The end is that far behind the entry: the new jump's distance has the bytes fb 36 1c 07. */
#define END_OFFSET	(5 + 0x071c36fb)
#define RET		0xc3

static uint8_t *entry;
static unsigned long rounds;

/* The first five bytes of the entry, so that no caller meets a part of them. */
static void store_entry(const uint8_t *code)
{
	static const uint8_t loop[4] = { 0xeb, 0xfe, 0xeb, 0xfe };
	uint32_t word;

	memcpy(&word, loop, sizeof(word));
	__atomic_store_n((uint32_t *)entry, word, __ATOMIC_SEQ_CST);
	__atomic_store_n(entry + 4, code[4], __ATOMIC_SEQ_CST);
	memcpy(&word, code, sizeof(word));
	__atomic_store_n((uint32_t *)entry, word, __ATOMIC_SEQ_CST);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;

	(void)info;
	fprintf(stderr, "torn: signal %d at entry %+ld, in round %lu\n", number,
		(long)(uc->uc_mcontext.gregs[REG_RIP] - (intptr_t)entry),
		__atomic_load_n(&rounds, __ATOMIC_RELAXED));
	_exit(1);
}

static void *caller(void *arg)
{
	for (;;)
		((void (*)(void))entry)();
	return arg;
}

int main(int argc, char **argv)
{
	static const uint8_t old[] = { 0x89, 0x84, 0x24, 0x00, 0xc0, 0xfe, 0xff, RET };
	static const uint8_t new[] = { 0xe9, 0xfb, 0x36, 0x1c, 0x07 };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 60);
	pthread_t thread;

	entry = mmap(NULL, END_OFFSET + 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (entry == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
	entry[END_OFFSET] = RET;
	memcpy(entry, old, sizeof(old));
	if (pthread_create(&thread, NULL, caller, NULL))
		return 2;
	while (time(NULL) < end) {
		store_entry(new);
		store_entry(old);
		__atomic_fetch_add(&rounds, 1, __ATOMIC_RELAXED);
	}
	printf("not torn in %lu rounds\n", rounds);
	return 0;
}
