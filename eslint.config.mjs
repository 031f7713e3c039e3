import eslint from '@eslint/js';
import angular from 'angular-eslint';
import prettier from 'eslint-config-prettier/flat';
import jest from 'eslint-plugin-jest';
import rxjsAngularX from 'eslint-plugin-rxjs-angular-x';
import rxjsX from 'eslint-plugin-rxjs-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import * as ban from './tools/eslint/bans.mjs';
import { pureTopLevel } from './tools/eslint/pure-top-level.mjs';
import { rooms } from './tools/layers.mjs';

const library = ['projects/rx-mesh/**/*.ts'];
const demo = ['projects/demo-app/**/*.ts'];
// What stands in the guide and the cookbook.
const samples = ['docs/samples/**/*.ts'];
const consumer = ['e2e/consumer/**/*.ts'];
const tests = ['**/*.spec.ts', '**/spec-support/**/*.ts', 'setup-jest*.ts'];

/** The files in which a room may import HttpClient, as layers.json names them. */
const httpPlaces = rooms.flatMap(({ name, http }) =>
  http.map((place) =>
    place === '*'
      ? `projects/rx-mesh/${name}/**/*.ts`
      : place.endsWith('/')
        ? `projects/rx-mesh/${name}/**/${place}**/*.ts`
        : `projects/rx-mesh/${name}/**/${place}`,
  ),
);

export default defineConfig([
  globalIgnores([
    '.angular/',
    '.stryker-tmp/',
    'coverage/',
    'dist/',
    'docs/api/',
    'out-tsc/',
    'playwright-report/',
    'reports/',
    'test-results/',
    'projects/demo-app/public/',
  ]),

  // A rule that is switched off is a decision: it stands in this file, with its reason, never in a comment of the code.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },

  // ---- Every TypeScript file -----------------------------------------------------------------------------------------
  {
    files: ['**/*.ts'],
    ignores: consumer,
    extends: [
      eslint.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      rxjsX.configs.strict,
    ],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      eqeqeq: ['error', 'always'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },

  {
    // An application outside the workspace, which sees rx-mesh only once it is installed: no types to check here.
    files: consumer,
    extends: [eslint.configs.recommended, tseslint.configs.strict, tseslint.configs.stylistic],
  },

  // ---- Angular code, its templates too -------------------------------------------------------------------------------
  {
    files: [...library, ...demo, ...samples],
    extends: [angular.configs.tsRecommended],
    plugins: { 'rxjs-angular-x': rxjsAngularX },
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/prefer-signals': 'error',
      '@angular-eslint/use-lifecycle-interface': 'error',
      // OnPush is the default since Angular 22: the rule forbids to opt out, and to repeat the default.
      '@angular-eslint/prefer-on-push-component-change-detection': 'error',
      // Decision 0002: @Injectable({ providedIn: 'root' }) says where an instance lives; @Service does not.
      '@angular-eslint/prefer-service-decorator': 'off',
      // A component ends what it subscribes to by takeUntilDestroyed; services own their subscriptions.
      'rxjs-angular-x/prefer-takeuntil': [
        'error',
        {
          alias: ['takeUntilDestroyed'],
          checkComplete: false,
          checkDecorators: ['Component', 'Directive', 'Pipe'],
          checkDestroy: false,
        },
      ],
    },
  },
  {
    files: ['**/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
  },

  // ---- The bans of the house (tools/eslint/bans.mjs has the words) ---------------------------------------------------
  {
    files: [...library, ...demo, ...samples],
    rules: {
      'no-restricted-properties': ['error', ...ban.timeProperties, ...ban.chanceProperties],
      'no-restricted-syntax': [
        'error',
        ...ban.shapeSyntax,
        ...ban.timeSyntax,
        ...ban.timerSyntax,
        ...ban.detourSyntax,
      ],
      'no-restricted-globals': [
        'error',
        ban.globals(ban.timerGlobals, ban.microtaskGlobals, ban.consoleGlobals),
      ],
      'no-restricted-imports': ['error', ban.imports({ httpBanned: false })],
    },
  },
  {
    files: library,
    ignores: tests,
    plugins: { house: { rules: { 'pure-top-level': pureTopLevel } } },
    rules: {
      'house/pure-top-level': 'error',
      'no-restricted-globals': [
        'error',
        ban.globals(ban.timerGlobals, ban.microtaskGlobals, ban.consoleGlobals, ban.domGlobals),
      ],
      'no-restricted-imports': ['error', ban.imports({ httpBanned: true })],
    },
  },

  // ---- The places that a ban sends you to ----------------------------------------------------------------------------
  {
    // HttpClient is known here and nowhere else.
    files: httpPlaces,
    rules: { 'no-restricted-imports': ['error', ban.imports({ httpBanned: false })] },
  },
  {
    // The one clock. It stays on the scheduler's time for tests; `performance.now` is the monotonic reading.
    files: ['projects/rx-mesh/kernel/clock.ts'],
    rules: { 'no-restricted-properties': ['error', ...ban.chanceProperties] },
  },
  {
    // The one source of chance.
    files: ['projects/rx-mesh/kernel/random.ts'],
    rules: { 'no-restricted-properties': ['error', ...ban.timeProperties] },
  },
  {
    // A callback that throws is rethrown outside the stream, so that the stream goes on: that needs a microtask.
    files: ['projects/rx-mesh/kernel/settled.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ban.globals(ban.timerGlobals, ban.consoleGlobals, ban.domGlobals),
      ],
    },
  },

  // ---- Tests ---------------------------------------------------------------------------------------------------------
  {
    files: tests,
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      // Inside runMarbles every scheduler is virtual; a real wait is for a Promise that nothing else can drive.
      'no-restricted-syntax': ['error', ...ban.shapeSyntax, ...ban.timeSyntax, ...ban.detourSyntax],
      'no-restricted-globals': ['error', ban.globals(ban.consoleGlobals)],
      '@typescript-eslint/no-empty-function': 'off',
      // A test subscribes to see what happens; an error that nobody expects fails it anyway.
      'rxjs-x/no-floating-observables': 'off',
      'rxjs-x/no-ignored-error': 'off',
      'rxjs-angular-x/prefer-takeuntil': 'off',
    },
  },
  {
    files: ['projects/**/*.spec.ts', 'docs/**/*.spec.ts'],
    ignores: ['**/*.types.spec.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      'jest/unbound-method': 'error',
      // describe(CircuitBreaker.name, ...), and sentences that say what is: 'opens after the failure threshold'.
      'jest/valid-title': [
        'error',
        { ignoreTypeOfDescribeName: true, disallowedWords: ['should'] },
      ],
      'jest/expect-expect': [
        'error',
        {
          assertFunctionNames: [
            'expect',
            'expectObservable',
            'expectSubscriptions',
            'expectTypeOf',
            'fc.assert',
          ],
        },
      ],
    },
  },
  {
    // The clock is compared with the platform's own.
    files: ['projects/rx-mesh/kernel/clock.spec.ts'],
    rules: { 'no-restricted-properties': ['error', ...ban.chanceProperties] },
  },

  // ---- Scripts and configs -------------------------------------------------------------------------------------------
  {
    files: ['**/*.mjs'],
    extends: [eslint.configs.recommended],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'Buffer',
          'URL',
          'clearTimeout',
          'console',
          'fetch',
          'performance',
          'process',
          'setTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { 'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }] },
  },

  prettier,
]);
