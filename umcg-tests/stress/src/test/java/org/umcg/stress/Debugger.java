// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.EventRequest;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Suspends threads of a JVM as somebody does who looks for a bug. */
final class Debugger {

    static final String AGENT = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

    private static final Pattern ADDRESS = Pattern.compile("transport dt_socket at address: (\\d+)");
    private static final int PAUSE_MILLIS = 30;
    private static final int EVENT_MILLIS = 300;
    private static final int PASSES_BEFORE_STOP = 20;

    private Debugger() {
    }

    /** The same, in a thread that may get stuck with the JVM. */
    static void startToDisturb(final ChildJvm jvm) {
        final Thread thread = new Thread(() -> {
            try {
                disturb(jvm);
            }
            catch (final Exception e) {
                System.err.println("the debugger gives up: " + e);
            }
        }, "debugger");
        thread.setDaemon(true);
        thread.start();
    }

    /** Goes on until the JVM ends, or stalls. */
    static void disturb(final ChildJvm jvm) throws Exception {
        final VirtualMachine machine = attach(jvm);
        final StallWatch watch = jvm.watch();
        try {
            while (jvm.isAlive() && !watch.isStalled()) {
                lookAtAllThreads(machine);
                Thread.sleep(PAUSE_MILLIS);
                stopServers(machine);
                Thread.sleep(PAUSE_MILLIS);
                stopAt(machine, "Policy", "pick");
                stopAt(machine, "StressRun", "isOver");
            }
        }
        catch (final VMDisconnectedException e) {
            // It has ended.
        }
    }

    private static void lookAtAllThreads(final VirtualMachine machine) {
        machine.suspend();
        try {
            for (final ThreadReference thread : machine.allThreads()) {
                try {
                    thread.frameCount();
                }
                catch (final IncompatibleThreadStateException e) {
                    // It has ended meanwhile.
                }
            }
        }
        finally {
            machine.resume();
        }
    }

    private static void stopServers(final VirtualMachine machine) throws InterruptedException {
        final List<ThreadReference> servers = machine.allThreads().stream()
            .filter(thread -> thread.name().startsWith("umcg-server")).collect(Collectors.toList());
        servers.forEach(ThreadReference::suspend);
        Thread.sleep(PAUSE_MILLIS);
        servers.forEach(ThreadReference::resume);
    }

    /** Has one thread run into a breakpoint, and looks at it for a while. */
    private static void stopAt(final VirtualMachine machine, final String classEnd, final String methodName)
        throws InterruptedException {
        for (final Location location : locationsOf(machine, classEnd, methodName)) {
            final BreakpointRequest request =
                machine.eventRequestManager().createBreakpointRequest(location);
            request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
            request.addCountFilter(PASSES_BEFORE_STOP);
            request.enable();
            resumeAfterPause(machine.eventQueue().remove(EVENT_MILLIS));
            machine.eventRequestManager().deleteEventRequest(request);
            resumeAfterPause(machine.eventQueue().remove(1));
        }
    }

    private static void resumeAfterPause(final EventSet events) throws InterruptedException {
        if (events != null) {
            Thread.sleep(PAUSE_MILLIS);
            events.resume();
        }
    }

    private static List<Location> locationsOf(
        final VirtualMachine machine, final String classEnd, final String methodName) {
        return machine.allClasses().stream()
            .filter(type -> type.name().startsWith("org.umcg") && type.name().endsWith(classEnd))
            .flatMap(type -> type.methodsByName(methodName).stream())
            .filter(method -> !method.isAbstract())
            .map(Method::location).collect(Collectors.toList());
    }

    private static VirtualMachine attach(final ChildJvm jvm) throws Exception {
        final AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(each -> "com.sun.jdi.SocketAttach".equals(each.name())).findFirst().orElseThrow();
        final Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(portOf(jvm));
        return connector.attach(arguments);
    }

    private static String portOf(final ChildJvm jvm) throws Exception {
        final Matcher matcher = ADDRESS.matcher(jvm.output());
        if (!matcher.find()) {
            throw new AssertionError("no debugger port in: " + jvm.output());
        }
        return matcher.group(1);
    }
}
