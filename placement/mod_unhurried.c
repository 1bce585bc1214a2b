/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An Apache module that lets no thread of the application wait for a client.
 *
 * mod_wsgi gives a request to a thread of the application as soon as its header is there, and the thread then waits for the
 * body, even if the client sends a byte a second. On the way back mod_wsgi waits until the client has taken what there is
 * of the answer. There are few such threads. With this module
 *
 * - a handler is asked for the answer when the whole body has been received. Until then a slow client occupies one of
 *   Apache's own threads, of which there are many, for as long as mod_reqtimeout allows;
 * - nothing that a handler passes on is flushed. mpm_event sends the rest of an answer without a thread;
 * - an answer goes on in pieces of TOGETHER. In the parts that mod_wsgi makes, one of 2.5 MB took 4 ms longer;
 * - a client whose answer breaks off is told 502, or by the end of the connection. By mod_wsgi alone it would wait for the
 *   rest.
 *
 *     WholeBodyMemory 256     MiB that the large bodies of all requests of one Apache process may take
 *     WholeAnswerMemory 256   MiB that the large answers of one Apache process may take until their clients have taken them
 *
 * What would take more is refused with 503. A body or an answer up to SMALL is always taken, and so is an answer that is the
 * only large one. LimitRequestBody says how large one body may be, FlushMaxThreshold how much of an answer Apache keeps for a
 * slow client.
 */

#include "httpd.h"
#include "http_config.h"
#include "http_log.h"
#include "http_protocol.h"
#include "http_request.h"
#include "util_filter.h"
#include "apr_atomic.h"
#include "apr_buckets.h"
#include "apr_strings.h"

APLOG_USE_MODULE(unhurried);

#define KIB 1024
#define SMALL (64 * KIB)
#define AT_ONCE (64 * KIB)
#define TOGETHER (256 * KIB)

static ap_filter_rec_t *giver, *keeper;

/* All in KiB, so that 32 bits are enough: what bodies and answers may take, and what they take now. */
static apr_uint32_t most = 256 * KIB, most_owed = 256 * KIB;
static apr_uint32_t held, owed;

/* What one request has received. */
typedef struct {
    apr_bucket_brigade *body;
    apr_size_t length;
    apr_uint32_t counted;
} received_t;

/*
 * The parts of an answer that have not been passed on, the bytes that the handler has given, and those that went on; and what
 * the answer takes of `owed`. When an answer has FAILED, Apache has sent an error in its place, and what the handler still
 * gives goes nowhere.
 */
typedef struct {
    apr_bucket_brigade *parts;
    apr_off_t length, passed;
    apr_uint32_t counted;
    enum { NEW, GOOD, FAILED } state;
} kept_t;

static apr_status_t forget(void *data)
{
    received_t *received = data;

    apr_atomic_sub32(&held, received->counted);
    return APR_SUCCESS;
}

/* Counts what a large body takes. Returns 0 when there is no room for it. */
static int count(received_t *received)
{
    apr_uint32_t now = (apr_uint32_t)(received->length / KIB);
    apr_uint32_t more = now - received->counted;

    if (received->length <= SMALL)
        return 1;
    received->counted = now;
    return apr_atomic_add32(&held, more) + more <= most;
}

/* The hook: receives the body and puts `give` where handlers read. */
static int receive(request_rec *r)
{
    apr_bucket_brigade *part;
    received_t *received;
    apr_status_t rv;
    int complete = 0;

    if (r->main || r->prev || !ap_request_has_body(r))
        return DECLINED;

    received = apr_pcalloc(r->pool, sizeof(*received));
    received->body = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_pool_cleanup_register(r->pool, received, forget, apr_pool_cleanup_null);
    part = apr_brigade_create(r->pool, r->connection->bucket_alloc);

    while (!complete) {
        apr_bucket *bucket;

        rv = ap_get_brigade(r->input_filters, part, AP_MODE_READBYTES, APR_BLOCK_READ, AT_ONCE);
        if (rv != APR_SUCCESS)
            return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
        for (bucket = APR_BRIGADE_FIRST(part); bucket != APR_BRIGADE_SENTINEL(part); bucket = APR_BUCKET_NEXT(bucket)) {
            const char *data;
            apr_size_t length;

            if (APR_BUCKET_IS_EOS(bucket)) {
                complete = 1;
                break;
            }
            if (APR_BUCKET_IS_METADATA(bucket))
                continue;
            rv = apr_bucket_read(bucket, &data, &length, APR_BLOCK_READ);
            if (rv != APR_SUCCESS)
                return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
            received->length += length;
            if (!count(received)) {
                ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, "no room for a body of %" APR_SIZE_T_FMT " bytes and more",
                              received->length);
                return HTTP_SERVICE_UNAVAILABLE;
            }
            /* A copy, because the bucket may hold 8,000 bytes of memory for one byte of data. */
            rv = apr_brigade_write(received->body, NULL, NULL, data, length);
            if (rv != APR_SUCCESS)
                return HTTP_INTERNAL_SERVER_ERROR;
        }
        apr_brigade_cleanup(part);
    }
    ap_add_input_filter_handle(giver, received, r, r->connection);
    return DECLINED;
}

/* The filter: gives what was received to the handler, and then says that this was all, however often it is asked. */
static apr_status_t give(ap_filter_t *f, apr_bucket_brigade *out, ap_input_mode_t mode, apr_read_type_e block, apr_off_t bytes)
{
    received_t *received = f->ctx;
    apr_bucket *rest;

    if (mode != AP_MODE_READBYTES)
        return ap_get_brigade(f->next, out, mode, block, bytes);
    if (APR_BRIGADE_EMPTY(received->body)) {
        APR_BRIGADE_INSERT_TAIL(out, apr_bucket_eos_create(f->c->bucket_alloc));
        return APR_SUCCESS;
    }
    apr_brigade_partition(received->body, bytes, &rest);
    while (APR_BRIGADE_FIRST(received->body) != rest) {
        apr_bucket *first = APR_BRIGADE_FIRST(received->body);

        APR_BUCKET_REMOVE(first);
        APR_BRIGADE_INSERT_TAIL(out, first);
    }
    return APR_SUCCESS;
}

/* The hook: puts `keep` behind each handler. */
static void insert(request_rec *r)
{
    ap_add_output_filter_handle(keeper, apr_pcalloc(r->pool, sizeof(kept_t)), r, r->connection);
}

/* The length that an answer says it has, 0 when it says none or when no body follows. */
static apr_off_t promised(request_rec *r)
{
    const char *said = apr_table_get(r->headers_out, "Content-Length");

    return said == NULL || r->header_only || AP_STATUS_IS_HEADER_ONLY(r->status) ? 0 : apr_atoi64(said);
}

/* Runs when the client has taken the answer: Apache keeps the pool of a request until then. */
static apr_status_t taken(void *data)
{
    kept_t *kept = data;

    apr_atomic_sub32(&owed, kept->counted);
    return APR_SUCCESS;
}

/* Whether there is memory for the answer until its client has taken it. */
static int has_room(request_rec *r, kept_t *kept)
{
    apr_uint32_t before;

    if (promised(r) <= SMALL)
        return 1;
    kept->counted = (apr_uint32_t)(promised(r) / KIB);
    before = apr_atomic_add32(&owed, kept->counted);
    apr_pool_cleanup_register(r->pool, kept, taken, apr_pool_cleanup_null);
    if (before == 0 || before + kept->counted <= most_owed)
        return 1;
    apr_pool_cleanup_run(r->pool, kept, taken);
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, "no room for an answer of %" APR_OFF_T_FMT " bytes", promised(r));
    return 0;
}

/*
 * Has Apache send the error, or end the connection when a part of the answer has been sent. Apache does it without the filters
 * of the request, so `keep` is put back. The handler is told that all is well: for a failure it would send an error as well.
 */
static apr_status_t fail(ap_filter_t *f, int status)
{
    kept_t *kept = f->ctx;
    apr_bucket_brigade *error = apr_brigade_create(f->r->pool, f->c->bucket_alloc);

    kept->state = FAILED;
    APR_BRIGADE_INSERT_TAIL(error, ap_bucket_error_create(status, NULL, f->r->pool, f->c->bucket_alloc));
    APR_BRIGADE_INSERT_TAIL(error, apr_bucket_eos_create(f->c->bucket_alloc));
    ap_pass_brigade(f->next, error);
    ap_add_output_filter_handle(keeper, kept, f->r, f->c);
    return APR_SUCCESS;
}

/*
 * The filter: passes on all of an answer but the order to wait until the client has taken it, and passes it on in pieces of
 * TOGETHER. mod_wsgi hands it over in parts of 8,000 bytes, each of which would go to the client on its own.
 */
static apr_status_t keep(ap_filter_t *f, apr_bucket_brigade *answer)
{
    kept_t *kept = f->ctx;
    apr_bucket *bucket;
    int complete = 0;
    apr_status_t rv;

    if (kept->state == NEW) {
        kept->state = GOOD;
        if (!has_room(f->r, kept))
            fail(f, HTTP_SERVICE_UNAVAILABLE);
    }
    if (kept->state == FAILED) {
        apr_brigade_cleanup(answer);
        return APR_SUCCESS;
    }
    for (bucket = APR_BRIGADE_FIRST(answer); bucket != APR_BRIGADE_SENTINEL(answer);) {
        apr_bucket *next = APR_BUCKET_NEXT(bucket);

        if (APR_BUCKET_IS_FLUSH(bucket))
            apr_bucket_delete(bucket);
        else if (APR_BUCKET_IS_EOS(bucket))
            complete = 1;
        else
            kept->length += bucket->length;
        bucket = next;
    }
    /* The process that made the answer has died when the end is missing. */
    if (complete && kept->length < promised(f->r))
        return fail(f, HTTP_BAD_GATEWAY);
    if (!complete && kept->length - kept->passed < TOGETHER)
        return ap_save_brigade(f, &kept->parts, &answer, f->r->pool);
    if (kept->parts != NULL)
        APR_BRIGADE_PREPEND(answer, kept->parts);
    kept->passed = kept->length;
    rv = ap_pass_brigade(f->next, answer);
    apr_brigade_cleanup(answer);
    return rv;
}

/* The hook: says with each 503 of Apache when to come again. */
static void say_when(request_rec *r)
{
    if (r->status == HTTP_SERVICE_UNAVAILABLE)
        apr_table_setn(r->err_headers_out, "Retry-After", "1");
}

static const char *set_memory(cmd_parms *command, void *unused, const char *value)
{
    apr_int64_t mebibytes = apr_atoi64(value);

    if (mebibytes < 1 || mebibytes > 1024 * KIB)
        return "must be a number of MiB from 1 to 1048576";
    *(apr_uint32_t *)command->info = (apr_uint32_t)(mebibytes * KIB);
    return NULL;
}

static const command_rec commands[] = {
    AP_INIT_TAKE1("WholeBodyMemory", set_memory, &most, RSRC_CONF, "MiB that large bodies may take in one process"),
    AP_INIT_TAKE1("WholeAnswerMemory", set_memory, &most_owed, RSRC_CONF, "MiB that large answers may take in one process"),
    {NULL}
};

static void register_hooks(apr_pool_t *pool)
{
    giver = ap_register_input_filter("WHOLE_BODY", give, NULL, AP_FTYPE_RESOURCE);
    keeper = ap_register_output_filter("KEEP", keep, NULL, AP_FTYPE_RESOURCE);
    ap_hook_insert_error_filter(say_when, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_fixups(receive, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_insert_filter(insert, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA unhurried_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, commands, register_hooks, 0
};
