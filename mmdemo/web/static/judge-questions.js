// What is asked of a product, and what its answers are called. Knows no product.

const ASK = "How well does the product answer the query?";

export const SAID = { cant_tell: "Can't tell", skipped: "Skipped", withdrawn: "No answer" };

// The first question is about relevance; its scale is the campaign's.
export class Questions {
  constructor({ scale, questions }) {
    const first = questions.find(({ name }) => name === "relevance");
    const others = questions.filter(({ name }) => name !== "relevance");
    this.all = [{ name: "relevance", ask: first?.ask || ASK, scale: first?.scale ?? scale }, ...others];
  }

  // The one to ask when these have a grade: the next without one.
  after(chosen) {
    return this.all.find(({ name }) => !(name in chosen)) ?? this.all.at(-1);
  }

  answered(chosen) {
    return this.all.every(({ name }) => name in chosen);
  }

  step(question, grade) {
    const { scale } = this.all.find(({ name }) => name === question) ?? { scale: [] };
    return scale.find((step) => step.grade === grade)?.name ?? String(grade);
  }

  // An answer in words.
  tell({ answer, answers }) {
    if (answer !== "grade") return SAID[answer] ?? "No answer";
    return this.all.filter(({ name }) => name in (answers ?? {})).map(({ name }) => this.step(name, answers[name])).join(" · ");
  }
}
