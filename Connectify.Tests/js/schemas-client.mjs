// Judges the documents that the server describes itself with, and values by the schemas in them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const require = createRequire(import.meta.url);

// What a document doesn't mention must not be there, though clients are to let it pass.
function closed(node) {
  if (Array.isArray(node)) return node.map(closed);
  if (node === null || typeof node !== 'object') return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, closed(value)]));
  const isObject = node.properties && (node.type === 'object' || node.type?.includes?.('object'));
  if (isObject && node.additionalProperties === undefined) copy.additionalProperties = false;
  return copy;
}

const faults = validate => (validate.errors ?? []).map(fault => `${fault.instancePath} ${fault.message} ${JSON.stringify(fault.params)}`);

export function open() {
  let ajv;

  return {
    /** Whether a document is OpenAPI: empty, or what is wrong. */
    async openapi({ document }) {
      const { valid, errors } = await new Validator().validate(document);
      return valid ? [] : [].concat(errors).map(error => JSON.stringify(error));
    },

    /** Whether a document is AsyncAPI 3.0, by the official schema: empty, or what is wrong. */
    asyncapi({ document }) {
      const official = JSON.parse(readFileSync(require.resolve('@asyncapi/specs/schemas/3.0.0.json'), 'utf8'));
      // The official schema brings draft 7 along.
      const draft7 = new Ajv({ strict: false, allErrors: true, validateFormats: false, meta: false, validateSchema: false });
      const validate = draft7.compile(official);
      return validate(document) ? [] : faults(validate);
    },

    /** Takes a document, for values to be judged by. */
    load({ document }) {
      ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
      ajv.addFormat('int64', true).addFormat('int32', true).addFormat('binary', true);
      ajv.addSchema(closed(document), 'document:');
      return true;
    },

    /** What is wrong with a value by the schema at a JSON pointer of the document. */
    judge({ pointer, value }) {
      const validate = ajv.getSchema(`document:#${pointer}`);
      if (!validate) throw new Error(`There is no schema at ${pointer}`);
      return validate(value) ? [] : faults(validate);
    },
  };
}
