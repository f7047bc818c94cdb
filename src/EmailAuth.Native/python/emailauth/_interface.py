"""Written by make-interface from emailauth.h. Do not edit."""

CDEF = """
typedef struct emailauth_pipeline emailauth_pipeline;
typedef struct emailauth_session emailauth_session;
typedef struct emailauth_result emailauth_result;
typedef struct emailauth_query emailauth_query;
typedef struct emailauth_key emailauth_key;
typedef struct emailauth_signer emailauth_signer;
typedef struct emailauth_sealer emailauth_sealer;
typedef struct emailauth_signing emailauth_signing;
typedef struct emailauth_field {
    uint32_t index;
    uint32_t occurrence;
    const char *name;
    size_t name_length;
    const char *reason;
    size_t reason_length;
} emailauth_field;
typedef struct emailauth_method {
    const char *name;
    size_t name_length;
    const char *method;
    size_t method_length;
    const char *result;
    size_t result_length;
    const char *reason;
    size_t reason_length;
    const char *reason_code;
    size_t reason_code_length;
    size_t property_count;
} emailauth_method;
typedef struct emailauth_property {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
} emailauth_property;
typedef struct emailauth_record {
    const char *data;
    size_t length;
    uint32_t preference;
} emailauth_record;
typedef void (*emailauth_log_callback)(int level, const char *message, size_t length, void *user_data);
typedef void (*emailauth_resolver_callback)(emailauth_query *query, const char *name, int type, void *user_data);
typedef void (*emailauth_callback)(emailauth_session *session, int status, emailauth_result *result, void *user_data);
uint32_t emailauth_abi_version(void);
const char *emailauth_version(void);
const char *emailauth_status_text(int status);
size_t emailauth_last_error(char *buffer, size_t capacity);
int emailauth_json_schema(const char **text, size_t *length);
int emailauth_counters_start(void);
int emailauth_counter(const char *name, size_t length, uint64_t *count);
int emailauth_counters(char *buffer, size_t capacity, size_t *length);
int emailauth_pipeline_new(const char *configuration, size_t length, emailauth_pipeline **pipeline);
int emailauth_pipeline_from_file(const char *path, size_t length, emailauth_pipeline **pipeline);
int emailauth_configuration_check_file(const char *path, size_t length, char *errors, size_t capacity, size_t *errors_length);
int emailauth_pipeline_log(emailauth_pipeline *pipeline, int level, emailauth_log_callback log, void *user_data);
int emailauth_pipeline_resolver(emailauth_pipeline *pipeline, emailauth_resolver_callback resolver, void *user_data);
int emailauth_query_answer(emailauth_query *query, int status, const emailauth_record *records, size_t count, uint32_t time_to_live,
    uint32_t flags);
int emailauth_pipeline_check(emailauth_pipeline *pipeline);
int emailauth_pipeline_free(emailauth_pipeline *pipeline);
int emailauth_session_new(emailauth_pipeline *pipeline, const char *client, size_t client_length, const char *helo, size_t helo_length,
    emailauth_session **session);
int emailauth_session_helo(emailauth_session *session, const char *helo, size_t length);
int emailauth_session_mail_from(emailauth_session *session, const char *reverse_path, size_t length);
int emailauth_session_recipient(emailauth_session *session, const char *mailbox, size_t length);
int emailauth_session_authenticated(emailauth_session *session, int is_authenticated);
int emailauth_session_header(emailauth_session *session, const char *name, size_t name_length, const char *value, size_t value_length);
int emailauth_session_header_lf(emailauth_session *session, const char *name, size_t name_length, const char *value, size_t value_length);
int emailauth_session_end_of_headers(emailauth_session *session);
int emailauth_session_body(emailauth_session *session, const void *chunk, size_t length);
int emailauth_session_complete(emailauth_session *session, emailauth_result **result);
int emailauth_session_complete_async(emailauth_session *session, emailauth_callback callback, void *user_data);
int emailauth_session_complete_descriptor(emailauth_session *session, int *descriptor);
int emailauth_session_take_result(emailauth_session *session, emailauth_result **result);
int emailauth_session_applied(emailauth_session *session, int action, const char *reply, size_t length);
int emailauth_session_abort(emailauth_session *session);
int emailauth_session_reset(emailauth_session *session);
int emailauth_session_free(emailauth_session *session);
int emailauth_result_header(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_header_value(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_header_value_lf(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_extended_header(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_extended_header_value(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_extended_header_value_lf(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_action(emailauth_result *result, int *action);
int emailauth_result_reason(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_reason_code(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_smtp_reply(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_reply_code(emailauth_result *result, int *code);
int emailauth_result_reply_enhanced_code(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_reply_text(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_method_count(emailauth_result *result, size_t *count);
int emailauth_result_method(emailauth_result *result, size_t number, emailauth_method *method);
int emailauth_result_property(emailauth_result *result, size_t number, size_t place, emailauth_property *property);
int emailauth_result_property_value(emailauth_result *result, size_t number, const char *name, size_t name_length, const char **value,
    size_t *length);
int emailauth_result_dmarc_policy(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_dmarc_disposition(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_json(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_field_count(emailauth_result *result, size_t *count);
int emailauth_result_field(emailauth_result *result, size_t number, emailauth_field *field);
int emailauth_result_free(emailauth_result *result);
int emailauth_key_new(const char *pem, size_t length, const char *passphrase, size_t passphrase_length, emailauth_key **key);
int emailauth_key_bits(emailauth_key *key, int *bits);
int emailauth_key_record(emailauth_key *key, const char **text, size_t *length);
int emailauth_key_free(emailauth_key *key);
int emailauth_signer_new(emailauth_signer **signer);
int emailauth_signer_add(emailauth_signer *signer, emailauth_key *key, const char *domain, size_t domain_length, const char *selector,
    size_t selector_length, const char *user_identity, size_t user_identity_length);
int emailauth_signer_set(emailauth_signer *signer, const char *name, size_t name_length, const char *value, size_t value_length);
int emailauth_signer_begin(emailauth_signer *signer, emailauth_signing **signing);
int emailauth_signer_free(emailauth_signer *signer);
int emailauth_sealer_new(emailauth_key *key, const char *domain, size_t domain_length, const char *selector, size_t selector_length,
    emailauth_sealer **sealer);
int emailauth_sealer_begin(emailauth_sealer *sealer, emailauth_result *result, emailauth_signing **signing);
int emailauth_sealer_free(emailauth_sealer *sealer);
int emailauth_signing_header(emailauth_signing *signing, const char *name, size_t name_length, const char *value, size_t value_length);
int emailauth_signing_end_of_headers(emailauth_signing *signing);
int emailauth_signing_body(emailauth_signing *signing, const void *chunk, size_t length);
int emailauth_signing_message(emailauth_signing *signing, const void *chunk, size_t length);
int emailauth_signing_complete(emailauth_signing *signing);
int emailauth_signing_field_count(emailauth_signing *signing, size_t *count);
int emailauth_signing_field(emailauth_signing *signing, size_t number, const char **text, size_t *length);
int emailauth_signing_field_name(emailauth_signing *signing, size_t number, const char **text, size_t *length);
int emailauth_signing_field_value_lf(emailauth_signing *signing, size_t number, const char **text, size_t *length);
int emailauth_signing_reason(emailauth_signing *signing, const char **text, size_t *length);
int emailauth_signing_reason_code(emailauth_signing *signing, const char **text, size_t *length);
int emailauth_signing_free(emailauth_signing *signing);
"""

ABI_VERSION = 0x00010004
OK = 0
E_ARGUMENT = -1
E_HANDLE = -2
E_STATE = -3
E_BUSY = -4
E_ABORTED = -5
E_CONFIGURATION = -6
E_MEMORY = -7
E_INTERNAL = -8
E_FORKED = -9
E_UNAVAILABLE = -10
ACCEPT = 0
QUARANTINE = 1
REJECT = 2
TEMPFAIL = 3
LOG_DEBUG = 1
LOG_INFORMATION = 2
LOG_WARNING = 3
LOG_ERROR = 4
DNS_ANSWER = 0
DNS_NO_DATA = 1
DNS_NAME_ERROR = 2
DNS_FAILURE = 3
DNS_TIMEOUT = 4
DNS_REFUSED = 5
DNS_AUTHENTICATED = 1
TTL_UNKNOWN = 0xffffffff
