export { type ImportReport } from '../ndjson/import-ndjson';
export { type NdjsonSource } from '../ndjson/text-lines';
