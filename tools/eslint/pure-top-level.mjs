// A room is one module in the built package. A call at its top level that no one vouches for has to be kept by every
// bundler, with all that it calls, in each application that uses anything of the room: kernel's option checks alone
// were 1 kB in an application that used one store. A comment before the call vouches for it.

const SILENT_CONSTRUCTORS = new Set(['InjectionToken']); // The Angular CLI vouches for these itself.
const DEFERRED =
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|PropertyDefinition|Decorator)$/;

export const pureTopLevel = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      call: '[pure-top-level] Write /* @__PURE__ */ before this call (and before calls in its arguments), or make it inside a function: else every application that uses anything of this room ships it.',
      read: '[pure-top-level] Bundlers keep a property read at the top level, for it may have a side effect. Write the literal, read it inside a function, or vouch for it: /* @__PURE__ */ (() => {{read}})().',
    },
  },
  create(context) {
    const { sourceCode } = context;
    const runsOnImport = (node) =>
      !sourceCode.getAncestors(node).some(({ type }) => DEFERRED.test(type));
    const vouched = (node) =>
      sourceCode.getCommentsBefore(node).some(({ value }) => /[@#]__PURE__/.test(value)) ||
      SILENT_CONSTRUCTORS.has(node.callee.name);
    const check = (node) => {
      if (runsOnImport(node) && !vouched(node)) context.report({ node, messageId: 'call' });
    };
    return {
      CallExpression: check,
      NewExpression: check,
      MemberExpression(node) {
        // The callee of a call is judged with the call; of a.b.c only the whole.
        if (node.parent.callee === node || node.parent.object === node) return;
        if (runsOnImport(node)) {
          context.report({ node, messageId: 'read', data: { read: sourceCode.getText(node) } });
        }
      },
    };
  },
};
