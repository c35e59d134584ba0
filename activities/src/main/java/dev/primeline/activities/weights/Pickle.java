package dev.primeline.activities.weights;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the pickle inside a PyTorch file as data. A pickle is a program for a stack machine that
 * may call anything; this machine knows only what a state dict of tensors needs: containers,
 * numbers, strings, and three names. Nothing is looked up, nothing is called, and values refer to
 * each other instead of being copied, so memory is a small multiple of the pickle's length.
 * Everything else is refused with its place.
 */
final class Pickle {

  private static final String ORDERED_DICT = "collections.OrderedDict";
  private static final String REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";

  /** Python's None. */
  enum None {
    NONE
  }

  /** A name that the pickle may mention. */
  private record Global(String name) {}

  private record Storage(ElementType type, String key, long elements) {}

  /**
   * A tensor as a view of a storage; nothing about it is checked yet.
   *
   * @param type of its numbers
   * @param storage name of the file with the numbers
   * @param elements in that storage
   * @param offset of the first number
   * @param shape dimensions
   * @param stride numbers from one index to the next, per dimension
   */
  record TensorView(
      ElementType type, String storage, long elements, long offset, long[] shape, long[] stride) {}

  /** Says which part of a pickle is refused, and where it is. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private final PickleInput in;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(byte[] bytes) {
    in = new PickleInput(bytes);
  }

  /**
   * The value that a pickle describes: maps, lists, strings, {@link Long}, {@link Double}, {@link
   * Boolean}, {@link None} and {@link TensorView}. Containers may hold themselves.
   */
  static Object read(byte[] bytes) throws Refused {
    Pickle pickle = new Pickle(bytes);
    while (true) {
      int opcode = pickle.in.opcode();
      if (opcode == '.') {
        return pickle.pop();
      }
      pickle.step(opcode);
    }
  }

  private void step(int opcode) throws Refused {
    switch (opcode) {
      case 0x80 -> protocol(in.unsignedByte());
      case '(' -> marks.push(stack.size());
      case '}' -> stack.add(new LinkedHashMap<String, Object>());
      case ']' -> stack.add(new ArrayList<>());
      case ')' -> stack.add(List.of());
      case 't' -> stack.add(List.copyOf(popToMark()));
      case 0x85, 0x86, 0x87 -> stack.add(List.copyOf(popLast(opcode - 0x84)));
      case 'N' -> stack.add(None.NONE);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'K' -> stack.add((long) in.unsignedByte());
      case 'M' -> stack.add((long) Short.toUnsignedInt(in.need(2).getShort()));
      case 'J' -> stack.add((long) in.need(4).getInt());
      case 0x8a -> stack.add(in.longInteger());
      case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(in.need(8).getLong())));
      case 'X' -> stack.add(in.text(Integer.toUnsignedLong(in.need(4).getInt())));
      case 'q' -> memo.put(in.unsignedByte(), top());
      case 'r' -> memo.put(in.need(4).getInt(), top());
      case 'h' -> stack.add(remembered(in.unsignedByte()));
      case 'j' -> stack.add(remembered(in.need(4).getInt()));
      case 'c' -> stack.add(global(in.line(), in.line()));
      case 'Q' -> stack.add(storage(pop()));
      case 'R' -> stack.add(call(pop(), pop()));
      case 's' -> put(popLast(2));
      case 'u' -> put(popToMark());
      case 'a' -> append(popLast(1));
      case 'e' -> append(popToMark());
      case 'b' -> build(pop());
      default -> throw refused("opcode 0x%02x".formatted(opcode), "one that a state dict needs");
    }
  }

  private void protocol(int version) throws Refused {
    if (version < 2 || version > 5) {
      throw refused("protocol %d".formatted(version), "2, as torch.save writes it");
    }
  }

  private Global global(String module, String name) throws Refused {
    String whole = module + "." + name;
    boolean known =
        whole.equals(ORDERED_DICT)
            || whole.equals(REBUILD_TENSOR)
            || (module.equals("torch") && ElementType.ofTorchStorage(name).isPresent());
    if (!known) {
      throw refused(
          "the name " + brief(whole), "only tensors of float32, float16 or bfloat16 in a dict");
    }
    return new Global(whole);
  }

  /** A persistent id: ("storage", type, key, device, elements). */
  private Storage storage(Object id) throws Refused {
    if (id instanceof List<?> parts
        && parts.size() == 5
        && "storage".equals(parts.get(0))
        && parts.get(1) instanceof Global type
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements) {
      Optional<ElementType> known =
          ElementType.ofTorchStorage(type.name().substring(type.name().lastIndexOf('.') + 1));
      if (known.isPresent()) {
        return new Storage(known.get(), key, elements);
      }
    }
    throw refused("a persistent id", "the storage of a tensor");
  }

  private Object call(Object arguments, Object callee) throws Refused {
    if (callee instanceof Global global && arguments instanceof List<?> given) {
      if (global.name().equals(ORDERED_DICT) && given.isEmpty()) {
        return new LinkedHashMap<String, Object>();
      }
      if (global.name().equals(REBUILD_TENSOR)
          && given.size() >= 4
          && given.get(0) instanceof Storage storage
          && given.get(1) instanceof Long offset
          && given.get(2) instanceof List<?> shape
          && given.get(3) instanceof List<?> stride) {
        return new TensorView(
            storage.type(), storage.key(), storage.elements(), offset, longs(shape), longs(stride));
      }
    }
    throw refused("a call", "an empty OrderedDict or a tensor");
  }

  private long[] longs(List<?> numbers) throws Refused {
    long[] values = new long[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(numbers.get(i) instanceof Long number)) {
        throw refused("a tensor's shape or stride", "whole numbers");
      }
      values[i] = number;
    }
    return values;
  }

  private void put(List<Object> pairs) throws Refused {
    if (!(top() instanceof Map<?, ?> map) || pairs.size() % 2 != 0) {
      throw refused("items", "pairs for a dict");
    }
    @SuppressWarnings("unchecked") // every map on the stack was made here
    Map<Object, Object> target = (Map<Object, Object>) map;
    for (int i = 0; i < pairs.size(); i += 2) {
      // Other keys might be containers, whose hash walks through all that they hold.
      if (!(pairs.get(i) instanceof String) && !(pairs.get(i) instanceof Long)) {
        throw refused("a key of a dict", "a string or a whole number");
      }
      target.put(pairs.get(i), pairs.get(i + 1));
    }
  }

  private void append(List<Object> items) throws Refused {
    if (!(top() instanceof ArrayList<?> list)) {
      throw refused("items", "a list to append them to");
    }
    @SuppressWarnings("unchecked") // every list on the stack was made here
    List<Object> target = (List<Object>) list;
    target.addAll(items);
  }

  /** What a dict carries besides its items (PyTorch: _metadata) is not looked at. */
  private void build(Object state) throws Refused {
    if (!(top() instanceof Map<?, ?>) || !(state instanceof Map<?, ?>)) {
      throw refused("a state", "that of a dict");
    }
  }

  private Object remembered(int key) throws Refused {
    Object value = memo.get(key);
    if (value == null) {
      throw refused("the memo's entry " + Integer.toUnsignedString(key), "one that was made");
    }
    return value;
  }

  private Object top() throws Refused {
    if (stack.isEmpty() || stack.size() == floor()) {
      throw refused("an empty stack", "a value");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws Refused {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<Object> popLast(int count) throws Refused {
    if (stack.size() - floor() < count) {
      throw refused("too few values on the stack", Integer.toString(count));
    }
    return cut(stack.size() - count);
  }

  private List<Object> popToMark() throws Refused {
    if (marks.isEmpty()) {
      throw refused("no mark", "one");
    }
    return cut(marks.pop());
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }

  /** What is below the last mark is out of reach. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.peek();
  }

  private Refused refused(String what, String expected) {
    return in.refused(what, expected);
  }

  private static String brief(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 80 ? clean.substring(0, 80) + "..." : clean;
  }
}
