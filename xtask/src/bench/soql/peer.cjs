// Times the peer's parser on the queries of a file: microseconds of each parse, as JSON.
const { parseQuery } = require("@jetstreamapp/soql-parser-js");
const queries = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"));

const ROUNDS = 50;
const PARSES = 40;

const time = (query) => {
  const samples = [];
  // As many rounds again come first, unmeasured: the engine compiles what runs often.
  for (let round = -ROUNDS; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let parse = 0; parse < PARSES; parse += 1) parseQuery(query);
    if (round >= 0) samples.push(Number(process.hrtime.bigint() - start) / 1000 / PARSES);
  }
  return samples;
};

console.log(JSON.stringify(queries.map(time)));
