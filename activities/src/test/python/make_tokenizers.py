#!/usr/bin/env python3
"""Makes the tokenizer files that FileTokenizerTest reads, and what Hugging Face's Python library makes of texts.

    pip install tokenizers==0.23.3 && activities/src/test/python/make_tokenizers.py

Two kinds: Llama's (SentencePiece's BPE with byte fallback, as TinyLlama's file), and GPT-2's (byte-level BPE).
Both are trained on words drawn from a fixed seed, so the script gives the same files again.
"""
import json
import pathlib
import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/primeline/activities/tokens"

TEXTS = [
    "Hello world",
    " two  spaces and\ttabs\n\nand lines\n",
    "ends with a space ",
    "",
    " ",
    "<s>text</s> that looks like <unk> tokens <0x41>",
    "naïve café, Straße, 東京, Ελλάδα, мир",
    "emoji \U0001F600\U0001F469\u200d\U0001F680 and a null \0 byte",
    "x" * 50 + " 1234567890 3.14159",
    "▁ is a character of its own",
    "don't we'll I'VE",
]


def text():
    draw = random.Random(7)
    syllables = ["ka", "lo", "mi", "ne", "ru", "sta", "the", "ing", "er", "pre"]
    words = ["".join(draw.choices(syllables, k=draw.randint(1, 4))) for _ in range(400)]
    return [" ".join(draw.choices(words, k=12)) + "." for _ in range(2000)]


def llama():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    special = ["<unk>", "<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=700, special_tokens=special + [f"<0x{b:02X}>" for b in range(256)], show_progress=False)
    # Words apart while it learns, as SentencePiece does; the file itself has no such step.
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("▁"), "merged_with_next")
    tokenizer.train_from_iterator(text(), trainer)
    file = json.loads(tokenizer.to_str())
    file["pre_tokenizer"] = None
    # The bytes are ordinary tokens of the model, not added ones.
    file["added_tokens"] = [token for token in file["added_tokens"] if token["content"] in special]
    tokenizer = Tokenizer.from_str(json.dumps(file))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return tokenizer


def gpt2():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(text(), trainer)
    tokenizer.add_tokens([AddedToken("    ", normalized=False)])
    tokenizer.add_special_tokens(["<|endoftext|>"])
    return tokenizer


for name, tokenizer in (("llama", llama()), ("byte-level", gpt2())):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}-tokenizer.json").write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    tokenizer.encode_special_tokens = True
    cases = [{"text": t, "ids": tokenizer.encode(t, add_special_tokens=False).ids} for t in TEXTS]
    (OUT / f"{name}-expected.json").write_text(json.dumps(cases), encoding="utf-8")
    print(name, tokenizer.get_vocab_size(), [len(case["ids"]) for case in cases])
