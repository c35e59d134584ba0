package dev.primeline.workers.crash;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IntegerValue;
import com.sun.jdi.Location;
import com.sun.jdi.LongValue;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The product in a process of its own, under a debugger: it is told of every step that is done, and
 * what happens at a place of the product's code is decided here. The product knows nothing of it.
 */
final class Watched {

  /** No way leads over it: those are passed at least once. */
  private static final Place STEP_DONE =
      new Place("dev.primeline.activities.training.StepLog", "write", 0);

  /** What becomes of the process when it has come all the way. */
  enum Fate {
    /** Signal 9. */
    KILLED,
    /** The thread stays where it is, for ever; the others go on. */
    STUCK,
    /** The thread meets an {@link java.io.IOException}, as if the answer of a store were lost. */
    FAILED
  }

  /** Whether a place counts, with the thread that stands at it. */
  interface Condition {
    boolean holds(ThreadReference thread) throws Exception;
  }

  /**
   * What shall happen where.
   *
   * @param way places to be passed one after the other; at the last one it happens
   * @param when whether the last one counts
   */
  record Trap(List<Place> way, Condition when, Fate fate) {

    static Trap kill(String... way) {
      return new Trap(Place.way(way), thread -> true, Fate.KILLED);
    }
  }

  /** A step that was done, and when ({@link System#nanoTime}). */
  record Step(String training, long step, long at) {}

  private final VirtualMachine machine;
  private final Child child;
  private final long started;
  private final List<Place> way;
  private final Condition when;
  private final Fate fate;
  private final List<Step> steps = new ArrayList<>();
  private final Map<EventRequest, Place> requests = new HashMap<>();
  private final Thread thread = new Thread(this::watch, "watching");
  private int passed;
  private int hits;
  private volatile boolean trapped;
  private volatile @Nullable Throwable trouble;

  private Watched(VirtualMachine machine, Child child, long started, @Nullable Trap trap) {
    this.machine = machine;
    this.child = child;
    this.started = started;
    this.way = trap == null ? List.of() : trap.way();
    this.when = trap == null ? thread -> false : trap.when();
    this.fate = trap == null ? Fate.KILLED : trap.fate();
  }

  /**
   * Starts the product.
   *
   * @param trap what shall happen to it; null: nothing
   */
  static Watched start(
      ChildProcesses processes,
      Path folder,
      Map<String, String> settings,
      List<String> arguments,
      @Nullable Trap trap)
      throws Exception {
    ListeningConnector connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(each -> each.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> how = connector.defaultArguments();
    Objects.requireNonNull(how.get("localAddress")).setValue("127.0.0.1");
    Objects.requireNonNull(how.get("timeout")).setValue("60000");
    String address = connector.startListening(how);
    try {
      long started = System.nanoTime();
      String port = address.substring(address.lastIndexOf(':') + 1);
      Child child =
          processes.start(
              List.of(
                  "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=127.0.0.1:"
                      + port),
              folder,
              settings,
              arguments);
      Watched watched = new Watched(connector.accept(how), child, started, trap);
      watched.listenFor(STEP_DONE);
      watched.listenForNext();
      watched.thread.setDaemon(true);
      watched.thread.start();
      return watched;
    } finally {
      connector.stopListening(how);
    }
  }

  Child child() {
    return child;
  }

  /** When it was started ({@link System#nanoTime}). */
  long started() {
    return started;
  }

  /** The steps that it has done so far. */
  List<Step> steps() {
    synchronized (steps) {
      return List.copyOf(steps);
    }
  }

  Optional<Step> lastStep() {
    List<Step> done = steps();
    return done.isEmpty() ? Optional.empty() : Optional.of(done.get(done.size() - 1));
  }

  /** Whether it came to where something should happen. */
  boolean trapped() {
    return trapped;
  }

  /** Waits for the end of the process, however it ends, and of what is heard of it. */
  int end() throws Exception {
    int exit = child.exit();
    thread.join();
    if (trouble != null) {
      throw new IllegalStateException("watching failed; " + child.words(), trouble);
    }
    return exit;
  }

  private void listenFor(Place place) {
    List<ReferenceType> loaded = machine.classesByName(place.type());
    if (loaded.isEmpty()) {
      ClassPrepareRequest request = machine.eventRequestManager().createClassPrepareRequest();
      request.addClassFilter(place.type());
      request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
      requests.put(request, place);
      request.enable();
    } else {
      stopAt(place, loaded.get(0));
    }
  }

  private void stopAt(Place place, ReferenceType type) {
    List<Method> methods = type.methodsByName(place.method());
    if (methods.isEmpty()) {
      throw new IllegalStateException(
          "%s has no method %s, expected one to stop at".formatted(place.type(), place.method()));
    }
    for (Method method : methods) {
      Location begins = method.isAbstract() ? null : method.location();
      if (begins != null) {
        BreakpointRequest request = machine.eventRequestManager().createBreakpointRequest(begins);
        request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        requests.put(request, place);
        request.enable();
      }
    }
  }

  private void listenForNext() {
    if (passed < way.size()) {
      listenFor(way.get(passed));
    }
  }

  private void watch() {
    try {
      while (true) {
        EventSet events = machine.eventQueue().remove();
        boolean goOn = true;
        for (Event event : events) {
          if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
            return;
          } else if (event instanceof ClassPrepareEvent prepared) {
            stopAt(Objects.requireNonNull(requests.get(event.request())), prepared.referenceType());
          } else if (event instanceof BreakpointEvent stop) {
            goOn &= at(Objects.requireNonNull(requests.get(event.request())), stop);
          }
        }
        if (goOn) {
          events.resume();
        }
      }
    } catch (VMDisconnectedException ended) {
      // So did the process.
    } catch (Throwable e) {
      trouble = e;
      child.process().destroyForcibly();
    }
  }

  /** Whether the thread goes on. */
  private boolean at(Place place, BreakpointEvent stop) throws Exception {
    if (place.equals(STEP_DONE)) {
      note(stop.thread());
    }
    if (passed == way.size() || !place.equals(way.get(passed))) {
      return true;
    }
    boolean last = passed == way.size() - 1;
    if ((last && !when.holds(stop.thread())) || ++hits < place.hits()) {
      return true;
    }
    hits = 0;
    passed++;
    if (!last) {
      machine.eventRequestManager().deleteEventRequest(stop.request());
      listenForNext();
      return true;
    }
    trapped = true;
    return happens(stop.thread());
  }

  private boolean happens(ThreadReference at) throws Exception {
    switch (fate) {
      case KILLED -> child.process().destroyForcibly();
      case STUCK -> {}
      case FAILED -> {
        at.stop(Remote.ioException(machine, at));
        return true;
      }
    }
    return false;
  }

  /** Reads which step of which training a line of the log is written for. */
  private void note(ThreadReference at) throws Exception {
    StackFrame frame = at.frame(0);
    Value step = frame.getArgumentValues().get(0);
    ObjectReference spec = (ObjectReference) Remote.field(frame.thisObject(), "spec");
    String training = ((StringReference) Remote.field(spec, "hash")).value();
    synchronized (steps) {
      steps.add(new Step(training, ((LongValue) step).value(), System.nanoTime()));
    }
  }

  /** A number of the training loop that a thread is in, one call below. */
  static long ofTheLoop(ThreadReference at, String field) throws Exception {
    Value value = Remote.field(at.frame(1).thisObject(), field);
    return value instanceof IntegerValue small ? small.value() : ((LongValue) value).value();
  }
}
