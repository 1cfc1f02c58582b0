import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeZip } from '#encodings/zip-testing.ts';
import { PROBE_SIZE, type Probe } from '#formats/probe.ts';
import { pytorch } from './checkpoint.ts';
import { archive, codes, pickleOf, record } from './testing.ts';

function probeOf(bytes: Uint8Array, path = 'a.pt'): Probe {
  const { length: size } = bytes;
  return { path, size, head: bytes.slice(0, PROBE_SIZE), tail: bytes.slice(-PROBE_SIZE) };
}

/** An archive of empty files. */
const zip = (...names: string[]) => makeZip(names.map((name) => ({ name, bytes: codes('') })));
const torch = archive(pickleOf());
const large = archive(pickleOf(), [record('data/0', 20_000)]);

describe('a torch archive is known by its records', () => {
  it.each<[string, Uint8Array, string?]>([
    ['as torch writes it', torch],
    ['larger than what is looked at', large],
    ['under another name', torch, 'model.safetensors'],
    ['without its end', torch.slice(0, 150)],
    ['larger, without its end', large.slice(0, 15_000)],
    ['broken off within the first name', torch.slice(0, 33), 'epoch_07.pth.tmp'],
    ['TorchScript, whose storages come first', zip('net/data/0', 'net/data.pkl', 'net/code/a.py')],
    ['without a pickle', zip('a/.format_version', 'a/version')],
    ['behind a script', new Uint8Array([...codes('#!/bin/sh\n'), ...torch])],
    ['with another name in front', zip('a/readme.txt', 'a/data.pkl')],
  ])('%s', (_, bytes, path) => {
    expect(pytorch.detect(probeOf(bytes, path))).toBe(true);
  });
});

describe('other archives and other files are left to others', () => {
  it.each<[string, Uint8Array, string?]>([
    ['nothing', codes('')],
    ['a web page', codes('<!DOCTYPE html>')],
    ['a pointer of git-lfs', codes('version https://git-lfs.github.com/spec/v1\n')],
    ['zeros', new Uint8Array(9000)],
    ['Keras', zip('metadata.json', 'config.json', 'model.weights.h5'), 'a.keras'],
    ['NumPy', zip('x.npy', 'y.npy'), 'a.npz'],
    [
      'an exported program',
      zip('a/data/weights/weight_0', 'a/models/model.json', 'a/archive_format'),
    ],
    ['one without its end', zip('a/data/weights/weight_0', 'a/archive_format').slice(0, 60)],
    ['a part of a distributed checkpoint', torch, '__0_0.distcp'],
    ['any archive', zip('readme.txt')],
    ['a document', zip('word/document.xml', 'data/0'), 'a.docx'],
    ['an archive broken off at once', torch.slice(0, 33), 'a.zip'],
  ])('%s', (_, bytes, path) => {
    expect(pytorch.detect(probeOf(bytes, path))).toBe(false);
  });
});

it('detection never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(torch.length), (noise, cut) => {
      for (const bytes of [noise, new Uint8Array([...torch.slice(0, cut), ...noise])]) {
        expect(typeof pytorch.detect(probeOf(bytes))).toBe('boolean');
      }
    }),
  );
});
