-- What crews found of their patients and which ECG they sent within the past hours is read when the lead is taken, as
-- alarms are (0020).
create index inbox_findings on telemetry.inbox (id) where outcome = 'noted: findings';
create index inbox_ecg_sent on telemetry.inbox (id) where outcome = 'noted: ecg mark';
