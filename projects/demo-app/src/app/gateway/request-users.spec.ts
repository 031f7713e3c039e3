import { HttpResponse } from '@angular/common/http';
import { type RequestContext } from 'rx-mesh/gateway';
import { lastValueFrom, of } from 'rxjs';
import { RequestUsers } from './request-users';

const answer = new HttpResponse<unknown>({ status: 200 });
const contextOf = (requestId: string, id?: string) =>
  ({ requestId, user: id === undefined ? undefined : { id } }) as unknown as RequestContext;

describe(RequestUsers.name, () => {
  it('knows whose a request is, and sends it on as it is', async () => {
    const users = new RequestUsers();
    const seen: RequestContext[] = [];
    for (const context of [contextOf('r-1', 'anna'), contextOf('r-2')]) {
      const next = (one: RequestContext) => {
        seen.push(one);
        return of(answer);
      };
      const given$ = of(0).pipe(() => users.middleware(context, next) as ReturnType<typeof next>);
      expect(await lastValueFrom(given$, { defaultValue: undefined })).toBe(answer);
    }
    expect(seen.map(({ requestId }) => requestId)).toEqual(['r-1', 'r-2']);
    expect(['r-1', 'r-2', 'r-3'].map((id) => users.of(id))).toEqual(['anna', undefined, undefined]);
  });

  it('does not grow without end', () => {
    const users = new RequestUsers();
    for (let i = 0; i < 300; i++) users.middleware(contextOf(`r-${i}`, 'anna'), () => of(answer));
    expect(users.of('r-99')).toBeUndefined();
    expect(users.of('r-100')).toBe('anna');
  });
});
