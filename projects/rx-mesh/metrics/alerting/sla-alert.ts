import type { SLAReport } from '../slo/sla-report';
import type { PushedAlert } from './alert-engine';
import { labelsOf } from './alert-labels';
import { SLA_BREACH } from './rule-check';

/** The alert that a report of a service makes. */
export function slaAlert(service: string, report: SLAReport): PushedAlert {
  const { availability, breached, breaches, errorRate, responseTimeP99 } = report;
  const facts = { availability, responseTimeP99, errorRate };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return {
    name: SLA_BREACH,
    reading: {
      labels: labelsOf({ alertname: SLA_BREACH, severity: 'page', service }),
      value: breaches.length,
      holds: () => breached,
    },
    annotations: labelsOf({
      summary: `${service} breaks its promise of ${breaches.join(', ')}.`,
      description: known.map(([name, value]) => `${name} ${value ?? ''}`).join(', '),
    }),
  };
}
