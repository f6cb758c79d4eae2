-- Every sign-in and refresh changed it, and it served a count that an operator asks for now and then.
DROP INDEX user_activity_by_time;
