import { HttpParams } from '@angular/common/http';

// What separates two fields of a form in a message, about.
const FIELD = 128;

/**
 * How many bytes a request body takes, at least: exact for texts, blobs and buffers, about right for forms, estimated for what is
 * sent as JSON. It stops counting above `enough`, so that a huge body, or one that contains itself, costs no more than one that is
 * just too large.
 */
export function bodySize(body: unknown, enough: number): number {
  if (body === null || body === undefined) return 0;
  if (typeof body === 'string') return textSize(body, enough);
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (isParams(body)) return textSize(body.toString(), enough);
  return body instanceof FormData ? formSize(body, enough) : jsonSize(body, enough);
}

function isParams(body: unknown): body is URLSearchParams | HttpParams {
  return body instanceof URLSearchParams || body instanceof HttpParams;
}

// Two units of a pair take four bytes: a unit alone never takes more than three.
function textSize(text: string, enough: number): number {
  if (text.length > enough || text.length === 0) return text.length;
  return new TextEncoder().encode(text).length;
}

function formSize(form: FormData, enough: number): number {
  let size = 0;
  for (const [name, value] of form) {
    size +=
      FIELD + name.length + (typeof value === 'string' ? textSize(value, enough) : value.size);
    if (size > enough) break;
  }
  return size;
}

function jsonSize(body: unknown, enough: number): number {
  const left: unknown[] = [body];
  let size = 0;
  while (left.length > 0 && size <= enough) {
    const value = plain(left.pop());
    if (typeof value === 'string') size += 2 + textSize(value, enough);
    else if (typeof value !== 'object' || value === null) size += wordSize(value);
    else if (Array.isArray(value)) {
      size += Math.max(2, value.length + 1);
      if (size <= enough) for (const item of value) left.push(item);
    } else {
      size += 2;
      for (const name of Object.keys(value)) {
        const field = (value as Record<string, unknown>)[name];
        if (field === undefined || typeof field === 'function') continue;
        size += name.length + 4;
        if (size > enough) break;
        left.push(field);
      }
    }
  }
  return size;
}

function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'toJSON' in value
    ? typeof value.toJSON === 'function'
      ? (value as { toJSON(): unknown }).toJSON()
      : value
    : value;
}

function wordSize(value: unknown): number {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value).length : 4;
}
