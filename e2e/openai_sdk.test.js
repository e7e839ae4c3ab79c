// OpenAI's own client for Node, unchanged, against the gate: a program that uses it need only change its address.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import OpenAI from 'openai';

import { startDemo } from './lib.js';
import { startScriptedModel } from './scripted_model.js';

const QUESTION = [{ role: 'user', content: 'How many open opportunities do I have?' }];

describe('the OpenAI client for Node', () => {
  let demo;
  let client;
  let server;
  const model = 'local';

  before(async () => {
    server = await startScriptedModel();
    demo = await startDemo(['--model-url', server.url, '--model', 'scripted']);
    client = connect(demo.api_key);
  });
  after(async () => {
    await demo?.stop();
    await server?.stop();
  });

  const connect = (apiKey) => new OpenAI({ apiKey, baseURL: demo.api_base, maxRetries: 0, timeout: 20_000 });

  test('lists models', async () => {
    const models = (await client.models.list()).data;
    assert.ok(models.length > 0);
    for (const entry of models) {
      assert.equal(entry.object, 'model');
      assert.ok(Number.isInteger(entry.created), 'created is in whole seconds');
      assert.ok(entry.owned_by);
      assert.deepEqual(await client.models.retrieve(entry.id), entry);
    }
  });

  test('answers a question', async () => {
    const completion = await client.chat.completions.create({ model, messages: QUESTION });
    assert.equal(completion.object, 'chat.completion');
    assert.equal(completion.model, model);
    assert.match(completion.id, /^chatcmpl-/);
    const [choice] = completion.choices;
    assert.equal(choice.message.role, 'assistant');
    assert.equal(choice.finish_reason, 'stop');
    assert.match(choice.message.content, /\d+/);
    const { prompt_tokens, completion_tokens, total_tokens } = completion.usage;
    assert.equal(prompt_tokens + completion_tokens, total_tokens);
  });

  test('streams the same answer', async () => {
    const whole = await client.chat.completions.create({ model, messages: QUESTION });
    const options = { model, messages: QUESTION, stream: true, stream_options: { include_usage: true } };
    const chunks = [];
    for await (const chunk of await client.chat.completions.create(options)) chunks.push(chunk);

    const choices = chunks.flatMap((chunk) => chunk.choices);
    assert.equal(choices[0].delta.role, 'assistant');
    assert.equal(choices.at(-1).finish_reason, 'stop');
    assert.equal(choices.filter((choice) => choice.finish_reason).length, 1);
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    assert.deepEqual(chunks.at(-1).choices, [], 'the last chunk is the usage alone');
    assert.ok(Number.isInteger(chunks.at(-1).usage.total_tokens), 'the local engine counts none');

    const text = choices.map((choice) => choice.delta.content ?? '').join('');
    assert.equal(number(text), number(whole.choices[0].message.content));
  });

  test('gets its own tools called, and their results heard', async () => {
    const tools = [{
      type: 'function',
      function: {
        name: 'open_ticket',
        description: 'Opens a ticket with the help desk',
        parameters: { type: 'object', properties: { subject: { type: 'string' } }, required: ['subject'] },
      },
    }];
    const messages = [{ role: 'user', content: 'Open a ticket with the subject "Printer on fire"' }];
    const model = 'server';
    const asked = await client.chat.completions.create({ model, messages, tools });
    const [choice] = asked.choices;
    assert.equal(choice.finish_reason, 'tool_calls');
    assert.equal(choice.message.tool_calls.length, 1);
    const [call] = choice.message.tool_calls;
    assert.equal(call.type, 'function');
    assert.equal(call.function.name, 'open_ticket');
    assert.equal(typeof JSON.parse(call.function.arguments).subject, 'string');

    const result = { role: 'tool', tool_call_id: call.id, content: 'Ticket 4711 is open' };
    const heard = await client.chat.completions.create({ model, messages: [...messages, choice.message, result], tools });
    assert.equal(heard.choices[0].finish_reason, 'stop');
    assert.equal(heard.choices[0].message.content, 'The help desk says: Ticket 4711 is open');
    assert.equal(heard.usage.total_tokens, 12);
  });

  test('refuses a wrong key', async () => {
    const wrong = 'sk-wrong-0123456789abcdef';
    const refusal = await rejection(connect(wrong).chat.completions.create({ model, messages: QUESTION }));
    assert.ok(refusal instanceof OpenAI.AuthenticationError, `${refusal}`);
    assert.equal(refusal.status, 401);
    assert.equal(refusal.code, 'invalid_api_key');
    assert.ok(refusal.type);
    assert.ok(!JSON.stringify(refusal.error).includes(wrong), 'a key is never repeated');
  });

  test('says which model it does not know', async () => {
    const refusal = await rejection(client.chat.completions.create({ model: 'no-such-model', messages: QUESTION }));
    assert.ok(refusal instanceof OpenAI.NotFoundError, `${refusal}`);
    assert.equal(refusal.code, 'model_not_found');
    assert.match(refusal.message, /no-such-model/);
  });

  test('says which part of a request it does not understand', async () => {
    const refusal = await rejection(client.chat.completions.create({ model, messages: 'not a list' }));
    assert.ok(refusal instanceof OpenAI.BadRequestError, `${refusal}`);
    assert.equal(refusal.param, 'messages');
    assert.equal(refusal.type, 'invalid_request_error');
  });

  test('refuses what is not JSON in the same shape', async () => {
    const response = await fetch(`${demo.api_base}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo.api_key}`, 'content-type': 'application/json' },
      body: '{"model": "',
    });
    assert.equal(response.status, 400);
    const { error } = await response.json();
    assert.equal(error.type, 'invalid_request_error');
    assert.ok(error.message);
  });

  test('leaves no key in what the gate writes', () => {
    assert.ok(!demo.output().split('\n').slice(1).join('\n').includes(demo.api_key));
  });
});

/** The first number in a text. */
const number = (text) => text.match(/\d+/)?.[0];

/** The error that a promise ends in. */
const rejection = (promise) => promise.then(
  () => assert.fail('it was not refused'),
  (error) => error,
);
