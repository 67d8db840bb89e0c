// SPDX-License-Identifier: GPL-2.0
/* The memory that the fuzz test's tasks lie in, and what happens to it. */
#include "fuzz.h"

#include <fcntl.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define HUGE_PAGE	(2UL << 20)

char *arena;

/* Some tasks lie in a huge page, with the arena at its start. */
void map_arena(struct rng *r)
{
	char *p = mmap(NULL, 2 * HUGE_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		_exit(1);
	}
	arena = (char *)(((uintptr_t)p + HUGE_PAGE - 1) & -HUGE_PAGE);
	if (one_in(r, 3))
		madvise(arena, HUGE_PAGE, MADV_HUGEPAGE);
}

static void map_file(struct rng *r, char *page)
{
	int hangs = one_in(r, 2) ? hanging_file() : -1;
	int fd = hangs < 0 ? open("/proc/self/exe", O_RDONLY | O_CLOEXEC) : hangs;

	if (fd < 0)
		return;
	mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE, fd,
	     0);
	if (fd != hangs)
		close(fd);
}

/* R33, R34 */
void change_memory(struct rng *r)
{
	static const int advice[] = {
		MADV_DONTNEED, MADV_FREE, MADV_PAGEOUT, MADV_COLD,
		MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE,
		MADV_NOHUGEPAGE, MADV_DONTFORK, MADV_WIPEONFORK,
		MADV_COLLAPSE, MADV_POPULATE_WRITE,
	};
	char *page = arena + rng_below(r, ARENA_PAGES) * PAGE;
	int kind = one_in(r, 6) ? MAP_SHARED : MAP_PRIVATE;

	switch (rng_below(r, 9)) {
	case 0:
	case 1:
		madvise(page, PAGE, advice[rng_below(r, ARRAY_SIZE(advice))]);
		break;
	case 2:
		mprotect(page, PAGE, rng_below(r, 4));
		break;
	case 3:
		munmap(page, PAGE);
		break;
	case 4:
		map_file(r, page);
		break;
	case 5:
		mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       arena + rng_below(r, ARENA_PAGES) * PAGE);
		break;
	case 6:
		protect_page(r, page);
		break;
	default:
		/* Mostly mend it, or nothing would register any more. */
		mmap(page, PAGE, PROT_READ | PROT_WRITE,
		     MAP_FIXED | MAP_ANONYMOUS | kind, -1, 0);
	}
}
