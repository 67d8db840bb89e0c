/* SPDX-License-Identifier: Apache-2.0 */
package org.umcg.demo;

/**
 * The place where the scheduler of this project joins the demo.
 */
final class UmcgExecutor
{
    private UmcgExecutor()
    {
    }

    /**
     * Opens a UMCG executor.
     *
     * @param servers how many workers may be RUNNING at once.
     * @param workers how many worker threads run requests.
     * @return the executor, all its threads registered with the kernel.
     * @throws UnsupportedOperationException where the kernel has no UMCG, with the reason.
     */
    static DemoExecutor open(final int servers, final int workers)
    {
        throw new UnsupportedOperationException("this build of the demo has no UMCG scheduler");
    }
}
