-- Which buttons of crews were refused within the past hours is read when the lead is taken, as alarms are (0020): the refusal stands on
-- the desks until a later button is taken.
create index inbox_refused on telemetry.inbox (id) where outcome like 'refused%';
