-- The role of a node, for the proxy and for the node's own health check. Their account `checker` has no password, and no right
-- except to call this function.
CREATE DATABASE IF NOT EXISTS cluster;
CREATE FUNCTION IF NOT EXISTS cluster.role() RETURNS VARCHAR(8) READS SQL DATA
RETURN (
  SELECT CASE
    WHEN SUM(member_id = @@server_uuid AND member_state = 'ONLINE') = 0 THEN 'outside'
    -- A node that the others have expelled does not know that yet, but it sees no majority.
    WHEN 2 * SUM(member_state <> 'UNREACHABLE') <= COUNT(*) THEN 'alone'
    WHEN @@GLOBAL.super_read_only OR SUM(member_id = @@server_uuid AND member_role = 'PRIMARY') = 0 THEN 'reader'
    ELSE 'writer'
  END FROM performance_schema.replication_group_members
);
CREATE USER IF NOT EXISTS checker@'%';
GRANT EXECUTE ON FUNCTION cluster.role TO checker@'%';
