package dev.primeline.workers.crash;

import com.sun.jdi.ClassType;
import com.sun.jdi.Field;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import java.util.List;

/** Objects of a process that is watched. */
final class Remote {

  private Remote() {}

  /** The value of a field, which must be there. */
  static Value field(ObjectReference object, String name) {
    Field field = object.referenceType().fieldByName(name);
    if (field == null) {
      throw new IllegalStateException(
          "%s has no field %s, expected one to read".formatted(object.referenceType(), name));
    }
    return object.getValue(field);
  }

  /** A new exception there, made by a thread that stands still. */
  static ObjectReference ioException(VirtualMachine machine, ThreadReference thread)
      throws Exception {
    ClassType type = (ClassType) machine.classesByName("java.io.IOException").get(0);
    Method constructor = type.concreteMethodByName("<init>", "(Ljava/lang/String;)V");
    return type.newInstance(
        thread,
        constructor,
        List.of(machine.mirrorOf("the answer is lost")),
        ClassType.INVOKE_SINGLE_THREADED);
  }
}
