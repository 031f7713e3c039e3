export { MicroservicesCommunicationService } from './microservices-communication-service';
export {
  HealthReporter,
  type InstanceHealthReport,
  type ServiceHealth,
  type ServiceHealthReport,
} from './health-report';
export {
  type QueryValue,
  type ServiceCall,
  type ServiceCallMethod,
  type ServiceHttpOptions,
  type StaleAnswers,
} from './service-call';
export {
  type ServiceCallEvent,
  type ServiceCallIdentity,
  type ServiceCallOutcome,
} from './service-call-event';
export { ServiceCaller } from './service-caller';
export {
  COMMUNICATION,
  type CommunicationOptions,
  type CommunicationValues,
  withCommunication,
} from './with-communication';
