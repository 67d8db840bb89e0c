// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the pages that hold the tasks' structs.
 *
 * A pin holds a folio, of one page or more, for all tasks of the process on it. All of
 * its pages are charged, since none of them can be moved or reclaimed meanwhile: to
 * mm_struct::pinned_vm, against RLIMIT_MEMLOCK. The last task that unregisters returns
 * the charge, in its own context; the pin itself goes when nobody can be looking at that
 * task any more.
 *
 * What user space can delay, a page fault that it serves itself say, comes before any
 * lock, and ends when the task is killed.
 */

#include <linux/capability.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "umcg.h"

/**
 * struct umcg_pin - a pinned folio
 * @page: the page of it that was pinned
 * @folio: the folio
 * @link: in umcg_group::pins, as long as it is charged
 * @tasks: how many tasks are registered on it; under umcg_group::lock
 * @refs: tasks whose info still exists
 */
struct umcg_pin {
	struct page		*page;
	struct folio		*folio;
	struct list_head	link;
	unsigned int		tasks;
	refcount_t		refs;
};

/* Is @addr in private anonymous memory? */
static int umcg_check_memory(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int ret = 0;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	vma = vma_lookup(mm, addr);
	if (!vma)
		ret = -EFAULT;
	else if (!vma_is_anonymous(vma) || (vma->vm_flags & VM_MAYSHARE))
		ret = -EINVAL;
	mmap_read_unlock(mm);
	return ret;
}

/*
 * Pin the page of @addr, which the process may write. FOLL_LONGTERM moves it to where it
 * may stay, and breaks COW now. If the memory was exchanged since it was looked at, it
 * is enough that the page is nobody else's.
 */
static int umcg_pin_page(unsigned long addr, struct page **page)
{
	int ret = umcg_check_memory(addr);

	if (ret)
		return ret;
	ret = pin_user_pages_fast(addr, 1, FOLL_WRITE | FOLL_LONGTERM, page);
	if (ret == 1 && PageAnon(*page))
		return 0;
	if (ret == 1) {
		unpin_user_page(*page);
		return -EINVAL;
	}
	if (fatal_signal_pending(current))
		return -EINTR;
	return ret ? ret : -EFAULT;
}

static int umcg_charge(unsigned long pages)
{
	struct mm_struct *mm = current->mm;
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (atomic64_add_return(pages, &mm->pinned_vm) <= limit ||
	    capable(CAP_IPC_LOCK))
		return 0;
	atomic64_sub(pages, &mm->pinned_vm);
	return -ENOMEM;
}

static struct umcg_pin *umcg_find_pin(struct umcg_group *group,
				      struct folio *folio)
{
	struct umcg_pin *pin;

	lockdep_assert_held(&group->lock);
	list_for_each_entry(pin, &group->pins, link) {
		if (pin->folio == folio)
			return pin;
	}
	return NULL;
}

/* The pin that is there for the folio of @new; else @new, if that can be charged. */
static struct umcg_pin *umcg_share_pin(struct umcg_group *group,
				       struct umcg_pin *new)
{
	struct umcg_pin *pin;
	int ret;

	spin_lock(&group->lock);
	pin = umcg_find_pin(group, new->folio);
	if (pin) {
		pin->tasks++;
		refcount_inc(&pin->refs);
	} else {
		ret = umcg_charge(folio_nr_pages(new->folio));
		pin = ret ? ERR_PTR(ret) : new;
		if (!ret)
			list_add(&new->link, &group->pins);
	}
	spin_unlock(&group->lock);
	return pin;
}

/**
 * umcg_get_pin - pin the page of a task's struct, and account for it
 * @group: the process' tasks
 * @addr: where user space sees the struct
 * @ut: where the kernel sees it, as long as the pin lives
 *
 * Context: may sleep, for as long as a page fault does; no locks held.
 * Returns: the pin, or ERR_PTR() of -EFAULT, -EINVAL (wrong kind of memory), -EINTR
 * (killed), or -ENOMEM (also: more than RLIMIT_MEMLOCK).
 */
struct umcg_pin *umcg_get_pin(struct umcg_group *group, unsigned long addr,
			      struct umcg_task **ut)
{
	struct umcg_pin *new, *pin;
	int ret;

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return ERR_PTR(-ENOMEM);
	ret = umcg_pin_page(addr, &new->page);
	if (ret) {
		kfree(new);
		return ERR_PTR(ret);
	}
	*ut = page_address(new->page) + offset_in_page(addr);
	new->folio = page_folio(new->page);
	new->tasks = 1;
	refcount_set(&new->refs, 1);
	pin = umcg_share_pin(group, new);
	if (pin != new)
		umcg_put_pin(new);
	return pin;
}

/* A task leaves the folio. Context: of the process that it was charged to. */
void umcg_uncharge_pin(struct umcg_group *group, struct umcg_pin *pin)
{
	spin_lock(&group->lock);
	if (!--pin->tasks) {
		list_del(&pin->link);
		atomic64_sub(folio_nr_pages(pin->folio), &current->mm->pinned_vm);
	}
	spin_unlock(&group->lock);
}

/* The last use of a task's struct is over. Context: any but hard interrupts. */
void umcg_put_pin(struct umcg_pin *pin)
{
	if (!refcount_dec_and_test(&pin->refs))
		return;
	unpin_user_page(pin->page);
	kfree(pin);
}
