-- What a node is to others, asked by whoever may not know more: the proxy, and the node's own health check. `checker` has no
-- password and no right but this one.
CREATE DATABASE IF NOT EXISTS cluster;
CREATE FUNCTION IF NOT EXISTS cluster.role() RETURNS VARCHAR(8) READS SQL DATA
RETURN (
  SELECT CASE
    WHEN SUM(member_id = @@server_uuid AND member_state = 'ONLINE') = 0 THEN 'outside'
    -- A node that others have given up does not know it yet, but it sees that it is alone.
    WHEN 2 * SUM(member_state <> 'UNREACHABLE') <= COUNT(*) THEN 'alone'
    WHEN @@GLOBAL.super_read_only OR SUM(member_id = @@server_uuid AND member_role = 'PRIMARY') = 0 THEN 'reader'
    ELSE 'writer'
  END FROM performance_schema.replication_group_members
);
CREATE USER IF NOT EXISTS checker@'%';
GRANT EXECUTE ON FUNCTION cluster.role TO checker@'%';
