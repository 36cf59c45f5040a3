// How Allure 3 shows the results. `scim-contract report` says the rest in SCIM_CONTRACT_ALLURE; without it, this is a
// configuration like any other: allure generate --config allurerc.mjs reports/nightly/allure-results
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const { targets = [], singleFile = false, ...given } = JSON.parse(process.env.SCIM_CONTRACT_ALLURE || "{}");
const categories = JSON.parse(readFileSync(fileURLToPath(new URL("./categories.json", import.meta.url)), "utf-8"));
const told = (labels, name) => labels.find((label) => label.name === name)?.value;

export default {
  name: "SCIM contract",
  ...given,
  // Of use to who maintains the suites, not to who reads of a server.
  hideLabels: ["host", "thread", "framework", "language", "package", "parentSuite", "suite", "subSuite"],
  // A target is an environment: its results stand beside those of the others, claim by claim.
  environments: Object.fromEntries(
    targets.map(({ target, variables }, number) => [
      `target-${number}`,
      { name: target, variables, matcher: ({ labels }) => told(labels, "target") === target },
    ]),
  ),
  // By the label that each result bears; the patterns in categories.json are for Allure 2.
  categories: {
    rules: categories.map(({ name, category }) => ({ name, matchers: [{ labels: { category } }], groupByMessage: false })),
  },
  plugins: {
    awesome: {
      options: {
        singleFile,
        reportLanguage: "en",
        theme: "auto",
        groupBy: ["epic", "feature", "story"],
        sections: ["charts"],
        defaultSection: "report",
      },
    },
  },
};
