// Made by `npm run client` from the OpenAPI document: what every address takes and gives. Not to be changed by hand.
export interface paths {
  "/v1/chat": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** One message in, one answer out, now */
    post: operations["postV1Chat"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/functions/v1/api-chatbot": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** One message in, one answer out, now */
    post: operations["postFunctionsV1ApiChatbot"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/identity/resolve": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who a number is */
    get: operations["getV1IdentityResolve"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a customer a message that answers nothing, once */
    post: operations["postV1Notifications"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/functions/v1/whatsapp-notifications": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a customer a message that answers nothing, once */
    post: operations["postFunctionsV1WhatsappNotifications"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/functions/v1/message-buffer-manager": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The open buffer of a conversation, or drop it */
    get: operations["getFunctionsV1MessageBufferManager"];
    put?: never;
    /** Take a bare message; or show or drop the open buffer of a conversation */
    post: operations["postFunctionsV1MessageBufferManager"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/functions/v1/buffer-processor": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Close and answer what is due now, and wait for it */
    post: operations["postFunctionsV1BufferProcessor"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/knowledge/{userId}/files": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The user's files, the newest first */
    get: operations["getV1KnowledgeByUserIdFiles"];
    put?: never;
    /** Upload a file */
    post: operations["postV1KnowledgeByUserIdFiles"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/knowledge/{userId}/files/{fileId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Download a file, or a range of it */
    get: operations["getV1KnowledgeByUserIdFilesByFileId"];
    /** Replace a file by its next version */
    put: operations["putV1KnowledgeByUserIdFilesByFileId"];
    post?: never;
    /** Delete a file */
    delete: operations["deleteV1KnowledgeByUserIdFilesByFileId"];
    options?: never;
    /** The size and type of a file */
    head: operations["headV1KnowledgeByUserIdFilesByFileId"];
    /** Rename a file, or say who is answered from it */
    patch: operations["patchV1KnowledgeByUserIdFilesByFileId"];
    trace?: never;
  };
  "/functions/v1/user-bucket-service": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Whose bucket a user, a contact or a number has, made where there is none */
    post: operations["postFunctionsV1UserBucketService"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/functions/v1/create-user-bucket": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make sure that a user has a bucket */
    post: operations["postFunctionsV1CreateUserBucket"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/functions/v1/knowledge-base-storage": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Upload, list, download or delete a file of a user */
    post: operations["postFunctionsV1KnowledgeBaseStorage"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/profile": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Name, language and number */
    get: operations["getV1MeProfile"];
    /** Change them; what is left out stays */
    put: operations["putV1MeProfile"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/numbers": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** WhatsApp numbers of the user */
    get: operations["getV1MeNumbers"];
    put?: never;
    /** Claim a number: it counts once the code was sent from that WhatsApp */
    post: operations["postV1MeNumbers"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/numbers/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Take a number away */
    delete: operations["deleteV1MeNumbersById"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/whatsapp-config": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Inboxes and numbers that messages come in on */
    get: operations["getV1MeWhatsappConfig"];
    put?: never;
    /** Add one */
    post: operations["postV1MeWhatsappConfig"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/whatsapp-config/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Change one */
    put: operations["putV1MeWhatsappConfigById"];
    post?: never;
    /** Remove one */
    delete: operations["deleteV1MeWhatsappConfigById"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/ai-keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** AI keys of the user, in the order in which they are tried */
    get: operations["getV1MeAiKeys"];
    put?: never;
    /** Keep an AI key of the user, sealed */
    post: operations["postV1MeAiKeys"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/ai-keys/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Change how an AI key of the user is used */
    put: operations["putV1MeAiKeysById"];
    post?: never;
    /** Forget an AI key of the user */
    delete: operations["deleteV1MeAiKeysById"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/webhook-links": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Addresses that are kept for reference */
    get: operations["getV1MeWebhookLinks"];
    /** Change them; what is left out stays */
    put: operations["putV1MeWebhookLinks"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/usage": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was used of the models in the last days */
    get: operations["getV1MeUsage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/files": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The user's files, the newest first */
    get: operations["getV1MeFiles"];
    put?: never;
    /** Upload a file */
    post: operations["postV1MeFiles"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me/files/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Download a file, or a range of it */
    get: operations["getV1MeFilesById"];
    /** Replace a file by its next version */
    put: operations["putV1MeFilesById"];
    post?: never;
    /** Delete a file */
    delete: operations["deleteV1MeFilesById"];
    options?: never;
    /** The size and type of a file */
    head: operations["headV1MeFilesById"];
    /** Rename a file, or say who is answered from it */
    patch: operations["patchV1MeFilesById"];
    trace?: never;
  };
  "/admin/buffers": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Buffers with their turns, the newest first */
    get: operations["getAdminBuffers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buffers/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One buffer with its messages */
    get: operations["getAdminBuffersById"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buffers/{id}/process": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Answer an open buffer now */
    post: operations["postAdminBuffersByIdProcess"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buffers/{id}/extend": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Give an open buffer more time, within its age */
    post: operations["postAdminBuffersByIdExtend"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buffers/{id}/reprocess": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ask a model anew about a completed buffer; post it only where it is confirmed */
    post: operations["postAdminBuffersByIdReprocess"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buffers/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Drop an open buffer */
    post: operations["postAdminBuffersByIdCancel"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/jobs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Turns, the newest first */
    get: operations["getAdminJobs"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/jobs/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One turn whole */
    get: operations["getAdminJobsById"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/turns/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One turn whole: messages, steps, deliveries, errands */
    get: operations["getAdminTurnsById"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/jobs/retry-failed": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Try failed turns again, the quarantined only where it is said */
    post: operations["postAdminJobsRetryFailed"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/jobs/discard": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Give failed turns up that are meant by at least one field */
    post: operations["postAdminJobsDiscard"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/jobs/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Try a failed turn again */
    post: operations["postAdminJobsByIdRetry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/jobs/{id}/discard": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Give a failed turn up */
    post: operations["postAdminJobsByIdDiscard"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/outbox": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Replies and notifications, the newest first */
    get: operations["getAdminOutbox"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/outbox/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a failed delivery again */
    post: operations["postAdminOutboxByIdRetry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/errands": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What is done in Chatwoot beside messages, the newest first */
    get: operations["getAdminErrands"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/errands/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Try a failed errand again */
    post: operations["postAdminErrandsByIdRetry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/conversations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Conversations, the newest first */
    get: operations["getAdminConversations"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/conversations/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One conversation with its latest events and turns */
    get: operations["getAdminConversationsById"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/conversations/{id}/timeline": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All of its story, the newest first */
    get: operations["getAdminConversationsByIdTimeline"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/conversations/{id}/pause": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Keep lull quiet there */
    post: operations["postAdminConversationsByIdPause"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/conversations/{id}/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let lull speak there again */
    post: operations["postAdminConversationsByIdResume"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/inboxes": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every inbox that was seen or set, and how lull behaves there */
    get: operations["getAdminInboxes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/inboxes/{connection}/{inboxId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One inbox */
    get: operations["getAdminInboxesByConnectionByInboxId"];
    /** Change how lull behaves there; what is left out stays, null is the default */
    put: operations["putAdminInboxesByConnectionByInboxId"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/inboxes/{connection}/{inboxId}/prompts": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What lull is told of the business, version by version */
    get: operations["getAdminInboxesByConnectionByInboxIdPrompts"];
    put?: never;
    /** Add a version */
    post: operations["postAdminInboxesByConnectionByInboxIdPrompts"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/inboxes/{connection}/{inboxId}/prompts/shares": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Which versions answer which share of conversations */
    get: operations["getAdminInboxesByConnectionByInboxIdPromptsShares"];
    /** Share conversations out among versions */
    put: operations["putAdminInboxesByConnectionByInboxIdPromptsShares"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/inboxes/{connection}/{inboxId}/prompts/{version}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One version with its text */
    get: operations["getAdminInboxesByConnectionByInboxIdPromptsByVersion"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/inboxes/{connection}/{inboxId}/prompts/{version}/restore": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Add an earlier version anew */
    post: operations["postAdminInboxesByConnectionByInboxIdPromptsByVersionRestore"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Users, the newest first */
    get: operations["getAdminUsers"];
    put?: never;
    /** Add a user */
    post: operations["postAdminUsers"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One user */
    get: operations["getAdminUsersById"];
    /** Rename a user, or say how long what they said is kept */
    put: operations["putAdminUsersById"];
    post?: never;
    /** Erase a user with all that is theirs */
    delete: operations["deleteAdminUsersById"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/numbers": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** WhatsApp numbers of the user */
    get: operations["getAdminUsersByIdNumbers"];
    put?: never;
    /** Say that a number is the user's */
    post: operations["postAdminUsersByIdNumbers"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/numbers/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Take a number away */
    delete: operations["deleteAdminUsersByIdNumbersByRowId"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/profile": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Name, language and number */
    get: operations["getAdminUsersByIdProfile"];
    /** Change them; what is left out stays */
    put: operations["putAdminUsersByIdProfile"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/whatsapp-configs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Inboxes and numbers that messages come in on */
    get: operations["getAdminUsersByIdWhatsappConfigs"];
    put?: never;
    /** Add one */
    post: operations["postAdminUsersByIdWhatsappConfigs"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/whatsapp-configs/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One of them */
    get: operations["getAdminUsersByIdWhatsappConfigsByRowId"];
    /** Change one */
    put: operations["putAdminUsersByIdWhatsappConfigsByRowId"];
    post?: never;
    /** Remove one */
    delete: operations["deleteAdminUsersByIdWhatsappConfigsByRowId"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/whatsapp-configs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The lines of all users */
    get: operations["getAdminWhatsappConfigs"];
    put?: never;
    /** Add a line of a user */
    post: operations["postAdminWhatsappConfigs"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/whatsapp-configs/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One line */
    get: operations["getAdminWhatsappConfigsByRowId"];
    /** Change a line */
    put: operations["putAdminWhatsappConfigsByRowId"];
    post?: never;
    /** Remove a line */
    delete: operations["deleteAdminWhatsappConfigsByRowId"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/meeting-notes": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was kept of meetings, the newest first */
    get: operations["getAdminUsersByIdMeetingNotes"];
    put?: never;
    /** Keep a note */
    post: operations["postAdminUsersByIdMeetingNotes"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/meeting-notes/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a note */
    delete: operations["deleteAdminUsersByIdMeetingNotesByRowId"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/webhook-links": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Addresses that are kept for reference */
    get: operations["getAdminUsersByIdWebhookLinks"];
    /** Change them; what is left out stays */
    put: operations["putAdminUsersByIdWebhookLinks"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/ai-keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** AI keys of the user, in the order in which they are tried */
    get: operations["getAdminUsersByIdAiKeys"];
    put?: never;
    /** Keep an AI key of the user, sealed */
    post: operations["postAdminUsersByIdAiKeys"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/ai-keys/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One AI key of the user */
    get: operations["getAdminUsersByIdAiKeysByRowId"];
    /** Change how an AI key of the user is used */
    put: operations["putAdminUsersByIdAiKeysByRowId"];
    post?: never;
    /** Forget an AI key of the user */
    delete: operations["deleteAdminUsersByIdAiKeysByRowId"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/ai-keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** AI keys of the system, in the order in which they are tried */
    get: operations["getAdminAiKeys"];
    put?: never;
    /** Keep an AI key of the system, sealed */
    post: operations["postAdminAiKeys"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/ai-keys/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One AI key of the system */
    get: operations["getAdminAiKeysByRowId"];
    /** Change how an AI key of the system is used */
    put: operations["putAdminAiKeysByRowId"];
    post?: never;
    /** Forget an AI key of the system */
    delete: operations["deleteAdminAiKeysByRowId"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/ai-keys/wake": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let every key that rests be tried again */
    post: operations["postAdminAiKeysWake"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/limits": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How much the user may use */
    get: operations["getAdminUsersByIdLimits"];
    /** Set limits; null lifts one, what is left out stays */
    put: operations["putAdminUsersByIdLimits"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/usage": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was used of the models in the last days */
    get: operations["getAdminUsersByIdUsage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/files": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The user's files, the newest first */
    get: operations["getAdminUsersByIdFiles"];
    put?: never;
    /** Upload a file */
    post: operations["postAdminUsersByIdFiles"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/files/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Download a file, or a range of it */
    get: operations["getAdminUsersByIdFilesByRowId"];
    /** Replace a file by its next version */
    put: operations["putAdminUsersByIdFilesByRowId"];
    post?: never;
    /** Delete a file */
    delete: operations["deleteAdminUsersByIdFilesByRowId"];
    options?: never;
    /** The size and type of a file */
    head: operations["headAdminUsersByIdFilesByRowId"];
    /** Rename a file, or say who is answered from it */
    patch: operations["patchAdminUsersByIdFilesByRowId"];
    trace?: never;
  };
  "/admin/tokens": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tokens that were handed out */
    get: operations["getAdminTokens"];
    put?: never;
    /** Make a token: it is shown this once */
    post: operations["postAdminTokens"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/tokens/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Take a token back */
    delete: operations["deleteAdminTokensByRowId"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/identity": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who a number is, and which layer says so */
    get: operations["getAdminIdentity"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/contacts/{rowId}/export": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All that is kept of a contact, as a ZIP */
    get: operations["getAdminContactsByRowIdExport"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/contacts/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Erase a contact */
    delete: operations["deleteAdminContactsByRowId"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/export": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All that is kept of a user, as a ZIP */
    get: operations["getAdminUsersByIdExport"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/erasures": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Receipts of erasures, the newest first */
    get: operations["getAdminErasures"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/erasures/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One receipt */
    get: operations["getAdminErasuresByRowId"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buckets": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All buckets, the newest first */
    get: operations["getAdminBuckets"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buckets/verify": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the mapping and the store agree */
    get: operations["getAdminBucketsVerify"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buckets/duplicates": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Buckets of the store that no mapping knows */
    get: operations["getAdminBucketsDuplicates"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buckets/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One bucket, by its name */
    get: operations["getAdminBucketsByRowId"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buckets/{rowId}/merge": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let the objects of a stray bucket follow into a user's */
    post: operations["postAdminBucketsByRowIdMerge"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/buckets/{rowId}/objects": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Erase all objects of a bucket */
    delete: operations["deleteAdminBucketsByRowIdObjects"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/bucket-tasks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What is done with whole buckets */
    get: operations["getAdminBucketTasks"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/bucket-tasks/{rowId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far one is */
    get: operations["getAdminBucketTasksByRowId"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/bucket": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The user's bucket; null where there is none yet */
    get: operations["getAdminUsersByIdBucket"];
    /** Map a bucket that was there before */
    put: operations["putAdminUsersByIdBucket"];
    /** Make sure that the user has one */
    post: operations["postAdminUsersByIdBucket"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/users/{id}/bucket/export": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All of it as one ZIP */
    get: operations["getAdminUsersByIdBucketExport"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/doctor": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Everything that can be wrong, one by one */
    post: operations["postAdminDoctor"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/connections": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All of them, the environment's first */
    get: operations["getAdminConnections"];
    put?: never;
    /** Serve another account */
    post: operations["postAdminConnections"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/connections/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One of them */
    get: operations["getAdminConnectionsByName"];
    /** Change it; a new baseUrl needs its tokens */
    put: operations["putAdminConnectionsByName"];
    post?: never;
    /** Serve it no more; its rows stay */
    delete: operations["deleteAdminConnectionsByName"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/connections/{name}/check": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ask its Chatwoot what its tokens are good for */
    post: operations["postAdminConnectionsByNameCheck"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Counts by state */
    get: operations["getAdminStats"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/metrics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How well it went in the last hours */
    get: operations["getAdminMetrics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happens, as it happens, as server-sent events */
    get: operations["getAdminEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/audit-log": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who changed what, the newest first */
    get: operations["getAdminAuditLog"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/flags": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All flags */
    get: operations["getAdminFlags"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/flags/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One flag */
    get: operations["getAdminFlagsByName"];
    /** Turn a flag on or off, for all or for some */
    put: operations["putAdminFlagsByName"];
    post?: never;
    /** Take away what was set for one connection or user */
    delete: operations["deleteAdminFlagsByName"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/flags/{name}/history": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who set it, when, why, and what it was before */
    get: operations["getAdminFlagsByNameHistory"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/processing": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let messages be answered, or only be stored */
    post: operations["postAdminProcessing"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/model-capabilities": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What models can do beyond what lull knows */
    get: operations["getAdminModelCapabilities"];
    /** Say so, for all of them at once */
    put: operations["putAdminModelCapabilities"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/schedules": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All tasks with their next moments and last runs */
    get: operations["getAdminSchedules"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/schedules/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One task */
    get: operations["getAdminSchedulesByName"];
    /** Switch a task off or on */
    put: operations["putAdminSchedulesByName"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/schedules/{name}/run": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Run a task now */
    post: operations["postAdminSchedulesByNameRun"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/schedules/{name}/runs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The runs of a task, the newest first */
    get: operations["getAdminSchedulesByNameRuns"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/schedules/{name}/runs/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One run */
    get: operations["getAdminSchedulesByNameRunsById"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/backups": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The backups that are kept, the newest first */
    get: operations["getAdminBackups"];
    put?: never;
    /** Begin a backup */
    post: operations["postAdminBackups"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/backups/{id}/verify": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Read a backup whole */
    post: operations["postAdminBackupsByIdVerify"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/maintenance/checkpoint": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cut the write-ahead log */
    post: operations["postAdminMaintenanceCheckpoint"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/maintenance/{work}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Begin optimize, integrity or cleanup */
    post: operations["postAdminMaintenanceByWork"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/alerts": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Alerts, the newest first */
    get: operations["getAdminAlerts"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/forwards": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Webhooks for the older system, the newest first */
    get: operations["getAdminForwards"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/forwards/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Try a failed forward again */
    post: operations["postAdminForwardsByIdRetry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/forwards/give-up": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Give up all that still wait */
    post: operations["postAdminForwardsGiveUp"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/import/dry-run": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Begin a dry run */
    post: operations["postAdminImportDryRun"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/import": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take in a batch of rows */
    post: operations["postAdminImport"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/import/finish": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let what was taken in go on */
    post: operations["postAdminImportFinish"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/webhooks/chatwoot": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A webhook of the environment's connection */
    post: operations["postWebhooksChatwoot"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/webhooks/chatwoot/{connection}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A webhook of a connection */
    post: operations["postWebhooksChatwootByConnection"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/webhooks/chatwoot/{connection}/{pathSecret}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A webhook of a Chatwoot that does not sign */
    post: operations["postWebhooksChatwootByConnectionByPathSecret"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/functions/v1/chatwoot-webhook-v2": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The same at its old address */
    post: operations["postFunctionsV1ChatwootWebhookV2"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/functions/v1/chatwoot-webhook": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The same, answered without waiting for silence */
    post: operations["postFunctionsV1ChatwootWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/admin/webhook-log": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every webhook, the newest first */
    get: operations["getAdminWebhookLog"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/livez": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Is it alive */
    get: operations["getLivez"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Could it store a webhook right now */
    get: operations["getReadyz"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/metrics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Its figures for Prometheus */
    get: operations["getMetrics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/openapi.json": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This document */
    get: operations["getOpenapiJson"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    AiKey: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      provider: "groq" | "openai";
      lastFour: string;
      model: string | null;
      temperature: number | null;
      /** @description The lowest is tried first. */
      priority: number;
      restedUntil: string | null;
      restReason: string | null;
      lastUsedAt: string | null;
      /** Format: date-time */
      createdAt: string;
    };
    Alert: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      name:
        | "unanswered"
        | "failed_jobs"
        | "quarantined_job"
        | "low_quality"
        | "spend"
        | "disk_full"
        | "clock_skew"
        | "slow_acknowledgement"
        | "failed_turns"
        | "server_errors"
        | "failed_task"
        | "old_backup";
      /** @description The job, user, connection or task that it is about. */
      subjectId: string | null;
      detail: unknown;
      /** @enum {string} */
      state: "open" | "over";
      text: string;
      fix: string;
      /** Format: date-time */
      raisedAt: string;
      clearedAt: string | null;
      /** @description When somebody took its beginning. */
      toldAt: string | null;
      /** @description When somebody took its end. */
      clearToldAt: string | null;
      attempts: number;
      /** @description Why the last try to tell failed. */
      reason: string | null;
    };
    AuditEntry: {
      /** Format: uuid */
      id: string;
      /** Format: date-time */
      at: string;
      /** @description admin, socket, token:<id> or user:<id>. */
      actor: string;
      action: string;
      subjectId: string | null;
      /** @description What must not stand in a log is named without from and to. */
      changes: {
        field: string;
        from?: unknown;
        to?: unknown;
      }[];
      why: string | null;
    };
    Backup: {
      id: string;
      /** @description Its name in the folder of backups. */
      file: string;
      version: string;
      schemaVersion: number;
      /** @description Rows of each table. */
      counts: {
        [key: string]: number;
      };
      sizeBytes: number;
      sha256: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      verifiedAt: string;
    };
    Bucket: {
      name: string;
      /** @enum {string} */
      kind: "user" | "contact";
      /** @enum {string} */
      source: "made" | "imported";
      /** @enum {string} */
      state: "creating" | "ready" | "retired";
      userId: string | null;
      contactId: string | null;
      connection: string | null;
      reason: string | null;
      attempts: number;
      /** Format: date-time */
      createdAt: string;
      readyAt: string | null;
      retiredAt: string | null;
      formerOwner: string | null;
    };
    BucketTask: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      kind: "move" | "erase" | "remove";
      bucket: string;
      into: string | null;
      /** @enum {string} */
      state: "waiting" | "done";
      objectCount: number;
      reason: string | null;
      attempts: number;
      /** Format: date-time */
      createdAt: string;
      doneAt: string | null;
    };
    Buffer: {
      /** Format: uuid */
      id: string;
      connection: string;
      conversationId: number;
      /** @enum {string} */
      status: "active" | "processing" | "completed" | "cancelled" | "failed";
      cancelReason: string | null;
      messageCount: number;
      /** @description How many answers were thrown away for later messages. */
      discardCount: number;
      windowMs: number | null;
      windowReason: string | null;
      urgency: number | null;
      /** Format: date-time */
      openedAt: string;
      /** Format: date-time */
      dueAt: string;
      heldUntil: string | null;
      mergedInto: string | null;
      processedAt: string | null;
      /** @description As many as there are rows: it should be messageCount. */
      actualMessageCount: number;
      turnId: string | null;
      turnState: ("scheduled" | "running" | "completed" | "failed") | null;
      attempts: number | null;
      errorCode: string | null;
      errorMessage: string | null;
    };
    BufferWhole: {
      /** Format: uuid */
      id: string;
      connection: string;
      conversationId: number;
      /** @enum {string} */
      status: "active" | "processing" | "completed" | "cancelled" | "failed";
      cancelReason: string | null;
      messageCount: number;
      /** @description How many answers were thrown away for later messages. */
      discardCount: number;
      windowMs: number | null;
      windowReason: string | null;
      urgency: number | null;
      /** Format: date-time */
      openedAt: string;
      /** Format: date-time */
      dueAt: string;
      heldUntil: string | null;
      mergedInto: string | null;
      processedAt: string | null;
      messages: components["schemas"]["BufferedMessage"][];
    };
    BufferedMessage: {
      /** @description Chatwoot's. */
      messageId: number;
      content: string | null;
      kind: string;
      /** Format: date-time */
      receivedAt: string;
      editedAt: string | null;
      deletedAt: string | null;
      outcome: ("answered" | "silenced" | "cancelled" | "failed") | null;
      reason: string | null;
      replyId: string | null;
    };
    ChatAnswer: {
      /** @constant */
      success: true;
      response: string | null;
      shouldRespond: boolean;
      userId: string | null;
      /** Format: uuid */
      messageId: string;
      /** @enum {string} */
      credential: "user" | "owner" | "system";
      confidence: number;
      intent: string;
      /** @description Why there is no response. */
      reason?: string;
    };
    ChatMessage: {
      text: string;
      source?: string;
      /** @description Who writes, as they are dialled. */
      phoneNumber?: string;
      /** @description The line they wrote to, by its id at WhatsApp. */
      phoneNumberId?: string;
      /** @description The line they wrote to, by its inbox in Chatwoot. */
      inboxId?: number;
      connection?: string;
    };
    Connection: {
      name: string;
      /** @description Null: its webhooks are taken, and nothing can be sent. */
      baseUrl: string | null;
      accountId: number | null;
      apiTokenLastFour: string | null;
      userTokenLastFour: string | null;
      hasWebhookSecret: boolean;
      hasPathSecret: boolean;
      /** @description It stands in the environment, and is changed there. */
      isLocked: boolean;
      /** @description False: its secrets cannot be opened, or the environment has its account. */
      isServed: boolean;
      webhookUrl: string;
      createdAt: string | null;
      updatedAt: string | null;
    };
    Conversation: {
      /** Format: uuid */
      id: string;
      connection: string;
      /** @description Chatwoot's number of it. */
      conversationId: number;
      inboxId: number | null;
      channel: string | null;
      contactId: number | null;
      userId: string | null;
      status: string | null;
      assignee: ("none" | "human" | "bot") | null;
      /** @enum {string} */
      state: "idle" | "buffering" | "processing";
      pausedAt: string | null;
      pausedUntil: string | null;
      pausedBy: string | null;
      pausedByName: string | null;
      messageCount: number;
      lastMessageAt: string | null;
      /** Format: date-time */
      createdAt: string;
      canReply: boolean | null;
      /** @description Why lull would keep silent there now; null: it would not. */
      silence: string | null;
    };
    ConversationEvent: {
      /** Format: date-time */
      happenedAt: string;
      name: string;
      subjectId: string | null;
      detail: {
        [key: string]: unknown;
      } | null;
    };
    ConversationStory: {
      /** Format: uuid */
      id: string;
      connection: string;
      /** @description Chatwoot's number of it. */
      conversationId: number;
      inboxId: number | null;
      channel: string | null;
      contactId: number | null;
      userId: string | null;
      status: string | null;
      assignee: ("none" | "human" | "bot") | null;
      /** @enum {string} */
      state: "idle" | "buffering" | "processing";
      pausedAt: string | null;
      pausedUntil: string | null;
      pausedBy: string | null;
      pausedByName: string | null;
      messageCount: number;
      lastMessageAt: string | null;
      /** Format: date-time */
      createdAt: string;
      canReply: boolean | null;
      /** @description Why lull would keep silent there now; null: it would not. */
      silence: string | null;
      events: components["schemas"]["ConversationEvent"][];
      turns: components["schemas"]["Job"][];
    };
    Criterion: {
      name: string;
      /** @enum {string} */
      unit: "share" | "seconds" | "count" | "of 5" | "of 1";
      target: number;
      /** @enum {string} */
      aim: "above" | "at most";
      /** @description Null: there was nothing to measure. */
      measured: number | null;
      isMet: boolean | null;
      /** @description What belongs beside it. */
      beside?: {
        [key: string]: number | null;
      };
    };
    Delivery: {
      /** Format: uuid */
      id: string;
      connection: string;
      conversationId: number;
      /** @description Null: a notification. */
      turnId: string | null;
      /** @enum {string} */
      kind: "reply" | "notification";
      part: number;
      pauseMs: number;
      /** @enum {string} */
      state: "intent" | "sending" | "unknown" | "sent" | "failed" | "cancelled";
      reason: string | null;
      sends: number;
      looks: number;
      /** Format: date-time */
      dueAt: string;
      unknownSince: string | null;
      messageId: number | null;
      /** Format: date-time */
      createdAt: string;
      settledAt: string | null;
    };
    DoctorCheck: {
      name: string;
      /** @enum {string} */
      state: "ok" | "failed" | "skipped";
      text: string;
      items?: string[];
      fix?: string;
      code?: string;
    };
    EnsuredBucket: {
      /** @constant */
      success: true;
      data: {
        userId: string | null;
        contactId: string | null;
        bucketName: string;
        isNewBucket: boolean;
        whatsappNumber: string | null;
        normalizedNumber: string | null;
        /** @enum {string} */
        bucketState: "creating" | "ready";
      };
    };
    Erasure: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      kind: "contact" | "user";
      /** @description Of a contact. */
      connection: string | null;
      /** @description Chatwoot's id of a contact, or lull's of a user. */
      subjectId: string;
      /**
       * @description Objects go in the background.
       * @enum {string}
       */
      state: "running" | "done";
      /** @description How much went, by its kind. */
      counts: {
        [key: string]: number;
      };
      /** Format: date-time */
      createdAt: string;
      doneAt: string | null;
      /** @description What an erasure does not reach. */
      remains: string[];
      /** @description Those that hold the person still; the oldest goes with each new one. */
      backups: {
        /** Format: uuid */
        id: string;
        /** Format: date-time */
        createdAt: string;
      }[];
    };
    Errand: {
      /** Format: uuid */
      id: string;
      connection: string;
      conversationId: number;
      turnId: string | null;
      kind: string;
      /** @enum {string} */
      state: "waiting" | "done" | "failed";
      reason: string | null;
      attempts: number;
      /** Format: date-time */
      dueAt: string;
      /** Format: date-time */
      createdAt: string;
      doneAt: string | null;
    };
    Figures: {
      hours: number;
      identification: {
        customerMessages: number;
        identifiedMessages: number;
        /** @description Null: there was nothing to measure. */
        rate: number | null;
        target: number;
        byLayer: {
          [key: string]: number;
        };
      };
      unidentifiedMessages: {
        id: string;
        connection: string;
        conversationId: number | null;
        /** Format: date-time */
        createdAt: string;
      }[];
      credentialCoverage: {
        users: number;
        usersWithKey: number;
        /** @description Null: there was nothing to measure. */
        rate: number | null;
        withoutKey: {
          /** Format: uuid */
          id: string;
          name: string;
        }[];
      };
      fallback: {
        calls: number;
        systemCalls: number;
        /** @description Null: there was nothing to measure. */
        rate: number | null;
        callsBySource: {
          [key: string]: number;
        };
      };
      buffers: {
        byStatus: {
          [key: string]: number;
        };
        perHour: {
          /** Format: date-time */
          hourAt: string;
          buffersCreated: number;
          averageMessagesPerBuffer: number;
        }[];
        processingPerHour: {
          /** Format: date-time */
          hourAt: string;
          buffersProcessed: number;
          averageProcessingSeconds: number;
        }[];
      };
      turns: {
        completed: number;
        failed: number;
        /** @description Null: there was nothing to measure. */
        successRate: number | null;
        /** @description Null: there was nothing to measure. */
        meanConfidence: number | null;
      };
      failedJobs: {
        count: number;
        quarantinedCount: number;
        newest: {
          /** Format: uuid */
          id: string;
          connection: string;
          conversationId: number;
          errorCode: string | null;
          failureCount: number;
        }[];
      };
      messageCounts: {
        checked: number;
        miscounted: {
          /** Format: uuid */
          bufferId: string;
          messageCount: number;
          actualMessageCount: number;
        }[];
      };
      conversations: {
        ended: number;
        resolved: number;
        resolvedWithoutHuman: number;
        /** @description Null: there was nothing to measure. */
        completionRate: number | null;
        ratings: number;
        /** @description Null: there was nothing to measure. */
        meanRating: number | null;
      };
      criteria: components["schemas"]["Criterion"][];
      /** @description Webhooks for the older system. */
      legacy: {
        byState: {
          waiting: number;
          sent: number;
          failed: number;
        };
        oldestWaitingAt: string | null;
        answerMs: {
          p50: number | null;
          p95: number | null;
        };
      };
    };
    Flag: {
      name: string;
      description: string;
      default: boolean;
      /** @description The environment says what it is. */
      isLocked: boolean;
      isEnabled: boolean;
      /** @description The share of conversations that it is on for. */
      rolloutPercent: number;
      /** @description What was set for all. */
      set: {
        isEnabled: boolean;
        /** @description The share of conversations that it is on for. */
        rolloutPercent: number;
      };
      /** @description By scope: connection:<name> or user:<id>. */
      overrides: {
        [key: string]: {
          isEnabled: boolean;
          /** @description The share of conversations that it is on for. */
          rolloutPercent: number;
        };
      };
    };
    FlagChange: {
      /** Format: uuid */
      id: string;
      /** Format: date-time */
      at: string;
      actor: string;
      why: string | null;
      changes: {
        /** @description all, connection:<name> or user:<id>. */
        scope: string;
        field: string;
        from: unknown;
        to: unknown;
      }[];
    };
    Forward: {
      /** Format: uuid */
      id: string;
      connection: string;
      conversationId: number | null;
      messageId: number | null;
      event: string;
      /** @enum {string} */
      state: "waiting" | "sent" | "failed";
      attempts: number;
      statusCode: number | null;
      durationMs: number | null;
      reason: string | null;
      /** @description Null: it is over there, and no copy is kept. */
      bodyBytes: number | null;
      /** Format: date-time */
      dueAt: string;
      /** Format: date-time */
      createdAt: string;
      settledAt: string | null;
    };
    Identity: {
      input: string;
      /** @enum {string} */
      kind: "phone" | "lid" | "bsuid" | "exact" | "none";
      key: string | null;
      normalizedNumber: string | null;
      matchedBy: string;
      userId: string | null;
      isVerified: boolean;
      ambiguous: boolean;
      disagreeing: string[];
      layers: {
        layer: string;
        users: {
          /** Format: uuid */
          userId: string;
          isVerified: boolean;
        }[];
      }[];
      reason?: string;
    };
    ImportReport: {
      added: number;
      changed: number;
      unchanged: number;
      refused: {
        line: number;
        id: string | null;
        reason: string;
      }[];
      notices: {
        line: number;
        id: string | null;
        notice: string;
      }[];
    };
    Inbox: {
      /** @description Null: nothing was saved of it. */
      id: string | null;
      connection: string | null;
      inboxId: number;
      /** @description Whose line it is. */
      userId: string | null;
      settings: {
        /** @enum {string} */
        mode: "off" | "watch" | "answer";
        window: {
          silenceMs: number | null;
          ageMaxMs: number | null;
          sizeMax: number | null;
        };
        /** @description Null: always open. */
        hours: {
          timeZone: string;
          days: {
            [key: string]: string[];
          };
          holidays: string[];
          /** @enum {string} */
          answer: "inside" | "outside";
          isCustomerTold: boolean;
        } | null;
        lists: {
          block: string[];
          allow: string[];
        };
        /** @enum {string} */
        groups: "ignore" | "answer";
        answersPerHourMax: number;
        handoff: {
          isByWords: boolean;
          words: string[];
          customerText: string | null;
          label: string | null;
          assigneeId: number | null;
          teamId: number | null;
        };
        quality: {
          /** @enum {string} */
          lowConfidence: "send" | "handoff";
          linkHosts: string[];
        };
        urgencyMin: number;
        labels: string[];
        promptShares: {
          version: number;
          percent: number;
        }[];
      };
      /** @description Those of the settings that were never set. */
      defaults: string[];
      waits: {
        silenceMs: number;
        ageMaxMs: number;
        sizeMax: number;
      };
      createdAt: string | null;
      updatedAt: string | null;
    };
    Job: {
      /** Format: uuid */
      id: string;
      connection: string;
      conversationId: number;
      /** Format: uuid */
      bufferId: string;
      /** @enum {string} */
      state: "scheduled" | "running" | "completed" | "failed";
      outcome: ("answered" | "silenced" | "superseded" | "failed") | null;
      reason: string | null;
      errorCode: string | null;
      errorMessage: string | null;
      attempts: number;
      errorAttempts: number;
      crashAttempts: number;
      failureCount: number;
      /** Format: date-time */
      scheduledFor: string;
      quarantinedAt: string | null;
      discardedAt: string | null;
      /** Format: date-time */
      createdAt: string;
      processedAt: string | null;
    };
    KnowledgeFile: {
      /** Format: uuid */
      id: string;
      name: string;
      kind: string;
      /** @enum {string} */
      audience: "owner" | "customers";
      sizeBytes: number;
      state: string;
      reason: string | null;
      pageCount: number | null;
      passageCount: number;
      isTruncated: boolean;
      isStored: boolean;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      contentType: string;
    };
    MeetingNote: {
      /** Format: uuid */
      id: string;
      title: string | null;
      content: string;
      contactName: string | null;
      contactPhone: string | null;
      metAt: string | null;
      /** Format: date-time */
      createdAt: string;
    };
    Notification: {
      /** Format: uuid */
      userId?: string;
      whatsappNumber?: string;
      conversationId?: number;
      connection?: string;
      message: string;
      draft?: {
        id?: string | null;
        title: string;
        /** Format: uri */
        url: string;
      };
      template?: {
        name: string;
        language: string;
        /** @enum {string} */
        category?: "UTILITY" | "MARKETING" | "AUTHENTICATION";
        processedParams?: {
          [key: string]: unknown;
        };
      };
    };
    NumberMapping: {
      /** Format: uuid */
      id: string;
      number: string;
      kind: string;
      /** @description Null: in all of them. */
      connection: string | null;
      isVerified: boolean;
      /** @enum {string} */
      source: "admin" | "self";
      verifiedAt: string | null;
      /** Format: date-time */
      createdAt: string;
      codeExpiresAt: string | null;
    };
    Profile: {
      fullName: string | null;
      language: string | null;
      whatsappNumber: string | null;
      isVerified: boolean;
    };
    PromptVersion: {
      version: number;
      note: string | null;
      /** Format: date-time */
      createdAt: string;
      length: number;
      turns: number;
      answered: number;
      handedOff: number;
      meanConfidence: number | null;
      /** @description How many turns ended silent, by reason. */
      silenced: {
        [key: string]: number;
      };
      percent: number | null;
    };
    Refusal: {
      /** @constant */
      success: false;
      error: string;
      /** @enum {string} */
      code:
        | "invalid_body"
        | "invalid_query"
        | "invalid_json"
        | "too_deep"
        | "unauthorized"
        | "forbidden"
        | "not_found"
        | "conflict"
        | "changed_meanwhile"
        | "invalid_idempotency_key"
        | "idempotency_key_reused"
        | "idempotency_running"
        | "idempotency_unknown"
        | "too_large"
        | "unsupported_media_type"
        | "invalid_number"
        | "nobody_named"
        | "invalid_limit"
        | "unreadable_file"
        | "too_many_attempts"
        | "rate_limited"
        | "spend_ceiling"
        | "cannot_store"
        | "internal"
        | "unsealable"
        | "busy"
        | "stopping"
        | "bad_config"
        | "second_instance"
        | "no_credential"
        | "ai_unavailable"
        | "ai_refused"
        | "ai_bad_answer"
        | "ai_context_too_long"
        | "chatwoot_unreachable"
        | "chatwoot_refused"
        | "storage_unavailable"
        | "storage_refused"
        | "media_unavailable"
        | "media_refused";
      retryable: boolean;
      /** @description Stands in the log beside the cause. */
      requestId: string;
      reason?: string;
      /** @description What can be done about it. */
      fix?: string;
      configRequired?: boolean;
    };
    Reprocessed: {
      /** @description What the customer would read. */
      reply: string | null;
      silence: string | null;
      handoff: string | null;
      confidence: number | null;
      intent: string | null;
      promptVersion: number | null;
      inputTokens: number | null;
      outputTokens: number | null;
      costMicroUsd: number | null;
      deliveryIds: string[];
    };
    Schedule: {
      name: string;
      title: string;
      /** @description With seconds before the minute where there are six. */
      cron: string | null;
      everyMs: number | null;
      timeZone: string;
      enabled: boolean;
      isRunning: boolean;
      nextAt: string | null;
      lastSuccessAt: string | null;
      lastRun: components["schemas"]["ScheduleRun"] | null;
    };
    ScheduleRun: {
      /** @description Null: nothing is kept of it. */
      id: string | null;
      task: string;
      /** @enum {string} */
      trigger: "schedule" | "missed" | "hand";
      /** @description The moment it is for; null: it was run by hand. */
      dueAt: string | null;
      /** @enum {string} */
      state: "running" | "succeeded" | "failed" | "interrupted";
      /** Format: date-time */
      startedAt: string;
      finishedAt: string | null;
      count: number | null;
      detail: {
        [key: string]: unknown;
      } | null;
      errorCode: string | null;
      errorMessage: string | null;
    };
    Stats: {
      version: string;
      /** Format: date-time */
      bootedAt: string;
      isProcessingOn: boolean;
      buffers: {
        [key: string]: number;
      };
      jobs: {
        [key: string]: number;
      };
      deliveries: {
        [key: string]: number;
      };
      messages: {
        [key: string]: number;
      };
    };
    TimelineItem: {
      /** Format: date-time */
      happenedAt: string;
      /** @enum {string} */
      kind: "message" | "buffer" | "event" | "turn" | "delivery" | "errand" | "outcome";
      /** @description What was said, with its text; a buffer, a turn with its steps and cost, and so on. */
      detail: {
        [key: string]: unknown;
      };
    };
    Turn: {
      /** Format: uuid */
      id: string;
      connection: string;
      conversationId: number;
      /** Format: uuid */
      bufferId: string;
      /** @enum {string} */
      state: "scheduled" | "running" | "completed" | "failed";
      outcome: ("answered" | "silenced" | "superseded" | "failed") | null;
      reason: string | null;
      errorCode: string | null;
      errorMessage: string | null;
      attempts: number;
      errorAttempts: number;
      crashAttempts: number;
      failureCount: number;
      /** Format: date-time */
      scheduledFor: string;
      quarantinedAt: string | null;
      discardedAt: string | null;
      /** Format: date-time */
      createdAt: string;
      processedAt: string | null;
      promptVersion: number | null;
      urgency: number | null;
      confidence: number | null;
      intent: string | null;
      quality: {
        [key: string]: unknown;
      } | null;
      handoffReason: string | null;
      messages: components["schemas"]["BufferedMessage"][];
      steps: components["schemas"]["TurnStep"][];
      deliveries: components["schemas"]["Delivery"][];
      errands: components["schemas"]["Errand"][];
    };
    TurnStep: {
      attempt: number;
      name: string;
      outcome: string;
      /** Format: date-time */
      startedAt: string;
      durationMs: number;
      detail: {
        [key: string]: unknown;
      };
    };
    Usage: {
      /** Format: date-time */
      since: string;
      limits: {
        requestsPerMinute: number | null;
        tokensPerDay: number | null;
        spendPerMonthMicroUsd: number | null;
      };
      spans: {
        kind: string;
        /** Format: date-time */
        startsAt: string;
        used: number;
        max: number | null;
      }[];
      rows: {
        provider: string;
        model: string;
        step: string;
        /** @enum {string} */
        credentialSource: "user" | "owner" | "system";
        calls: number;
        inputTokens: number | null;
        outputTokens: number | null;
        audioSeconds: number | null;
        costMicroUsd: number | null;
        unpricedCalls: number;
      }[];
    };
    User: {
      /** Format: uuid */
      id: string;
      name: string;
      email: string | null;
      /** @description Null: a user of all of them. */
      connection: string | null;
      /** @description How long what they said is kept. Null: as long as everybody's. */
      retentionDays: number | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      limits: {
        requestsPerMinute: number | null;
        tokensPerDay: number | null;
        spendPerMonthMicroUsd: number | null;
      };
    };
    Verified: {
      checkedCount: number;
      missing: {
        bucketName: string;
        owner: string | null;
      }[];
      notOurs: {
        bucketName: string;
        owner: string | null;
        /** @enum {string} */
        reason: "label" | "unreadable";
      }[];
      orphans: string[];
      retired: {
        name: string;
        reason: string | null;
      }[];
      creating: {
        bucketName: string;
        owner: string | null;
        reason: string | null;
      }[];
      spool: {
        objectCount: number;
        bytes: number;
        failed: {
          objectId: string;
          kind: string;
          reason: string | null;
        }[];
      };
      counts: {
        missing: number;
        notOurs: number;
        orphans: number;
        retired: number;
        creating: number;
        failed: number;
      };
    };
    VerifiedBackup: {
      id: string;
      /** @description Its name in the folder of backups. */
      file: string;
      version: string;
      schemaVersion: number;
      /** @description Rows of each table. */
      counts: {
        [key: string]: number;
      };
      sizeBytes: number;
      sha256: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      verifiedAt: string;
      isWhole: boolean;
      /** @description Null: it is whole. */
      fault: string | null;
    };
    WebhookAnswer:
      | {
          /** @constant */
          success: true;
          /** @constant */
          action: "buffered";
          message: string;
          /** Format: uuid */
          bufferId: string;
          /** Format: date-time */
          dueAt: string;
        }
      | {
          /** @constant */
          success: true;
          /** @constant */
          action: "duplicate";
        }
      | {
          /** @constant */
          success: true;
          /** @constant */
          action: "forwarded";
        }
      | {
          /** @constant */
          success: true;
          /** @constant */
          action: "skipped";
          /** @description One of a closed list, such as outgoing_message. */
          reason: string;
        };
    WebhookLine: {
      connection: string | null;
      /** @description unread where it was refused before. */
      event: string;
      /** @enum {string} */
      outcome: "buffered" | "duplicate" | "skipped" | "forwarded" | "rejected" | "failed";
      /** @description Why it was skipped or refused. */
      reason: string | null;
      conversationId: number | null;
      messageId: number | null;
      /** @description Chatwoot's own name of the delivery. */
      deliveryId: string | null;
      bodyBytes: number;
      durationMs: number;
      /** Format: date-time */
      processedAt: string;
    };
    WebhookLinks: {
      webhookUrl: string | null;
      groqApiUrl: string | null;
      webhookEnabled: boolean;
      groqEnabled: boolean;
    };
    WhatsAppConfig: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      userId: string;
      connection: string | null;
      phoneNumberId: string | null;
      inboxId: number | null;
      phoneNumber: string | null;
      isActive: boolean;
      isVerified: boolean;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
  };
  responses: {
    /** @description It was refused, or failed. */
    Refusal: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["Refusal"];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  postV1Chat: {
    parameters: {
      query?: never;
      header?: {
        /** @description en, fr or pt-BR: the language of texts. */
        "Accept-Language"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChatMessage"];
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ChatAnswer"];
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1ApiChatbot: {
    parameters: {
      query?: never;
      header?: {
        /** @description en, fr or pt-BR: the language of texts. */
        "Accept-Language"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChatMessage"];
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ChatAnswer"];
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1IdentityResolve: {
    parameters: {
      query: {
        number: string;
        country?: string;
        origin?: "stored" | "whatsapp";
        connection?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Identity"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postV1Notifications: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Notification"];
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** Format: uuid */
            deliveryId: string;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1WhatsappNotifications: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Notification"];
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** Format: uuid */
            deliveryId: string;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getFunctionsV1MessageBufferManager: {
    parameters: {
      query: {
        action: "handle" | "status" | "cancel";
        connection?: string;
        conversationId?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json":
            | {
                /** @constant */
                success: true;
                data: components["schemas"]["Buffer"] | null;
              }
            | {
                /** @constant */
                success: true;
                /** @constant */
                action: "cancelled";
                /** Format: uuid */
                bufferId: string;
              };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1MessageBufferManager: {
    parameters: {
      query: {
        action: "handle" | "status" | "cancel";
        connection?: string;
        conversationId?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json":
            | components["schemas"]["WebhookAnswer"]
            | {
                /** @constant */
                success: true;
                data: components["schemas"]["Buffer"] | null;
              }
            | {
                /** @constant */
                success: true;
                /** @constant */
                action: "cancelled";
                /** Format: uuid */
                bufferId: string;
              };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1BufferProcessor: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            processed: number;
            failed: number;
            remaining: number;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1KnowledgeByUserIdFiles: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description The user's id. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postV1KnowledgeByUserIdFiles: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The user's id. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
          /**
           * Format: binary
           * @description Behind the fields that it goes with.
           */
          file?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1KnowledgeByUserIdFilesByFileId: {
    parameters: {
      query?: never;
      header?: {
        /** @description One range of bytes, such as bytes=0-1023; answered with 206. */
        Range?: string;
      };
      path: {
        /** @description The user's id. */
        userId: string;
        /** @description The file's id. */
        fileId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/octet-stream": string;
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putV1KnowledgeByUserIdFilesByFileId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The user's id. */
        userId: string;
        /** @description The file's id. */
        fileId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
          /**
           * Format: binary
           * @description Behind the fields that it goes with.
           */
          file?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteV1KnowledgeByUserIdFilesByFileId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The user's id. */
        userId: string;
        /** @description The file's id. */
        fileId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  headV1KnowledgeByUserIdFilesByFileId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The user's id. */
        userId: string;
        /** @description The file's id. */
        fileId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Refusal"];
    };
  };
  patchV1KnowledgeByUserIdFilesByFileId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The user's id. */
        userId: string;
        /** @description The file's id. */
        fileId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1UserBucketService: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          action:
            | "identify-and-ensure-bucket"
            | "get-bucket"
            | "list-buckets"
            | "verify-mapping"
            | "normalize-number";
          /** Format: uuid */
          userId?: string;
          contactId?: string | number;
          whatsappNumber?: string | number;
          bucketName?: string;
          connection?: string;
          /** @description How many rows at once; 50 where it is not said. */
          limit?: number;
          /** @description The nextCursor of the page before. */
          cursor?: string;
          /** @enum {string} */
          state?: "creating" | "ready" | "retired";
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json":
            | components["schemas"]["EnsuredBucket"]
            | {
                /** @constant */
                success: true;
                data: components["schemas"]["Bucket"][];
                nextCursor: string | null;
              }
            | {
                /** @constant */
                success: true;
                data: components["schemas"]["Verified"];
              }
            | {
                /** @constant */
                success: true;
                data: {
                  name?: string;
                  state?: string;
                };
              }
            | {
                /** @constant */
                success: true;
                data: {
                  whatsappNumber: string;
                  normalizedNumber: string | null;
                  kind: string;
                };
              };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1CreateUserBucket: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: uuid */
          userId: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EnsuredBucket"];
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1KnowledgeBaseStorage: {
    parameters: {
      query?: {
        userId?: string;
        fileId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          action: "upload" | "list" | "download" | "delete";
          /** Format: uuid */
          userId: string;
          /** Format: uuid */
          fileId?: string;
          fileName?: string;
          /** @description The file in base64. */
          content?: string;
          contentType?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
          /** @description How many rows at once; 50 where it is not said. */
          limit?: number;
          /** @description The nextCursor of the page before. */
          cursor?: string;
        };
        "multipart/form-data": {
          /** @constant */
          action?: "upload";
          /** Format: uuid */
          userId?: string;
          /** Format: uuid */
          fileId?: string;
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
          /** Format: binary */
          file?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json":
            | {
                /** @constant */
                success: true;
                data: components["schemas"]["KnowledgeFile"];
              }
            | {
                /** @constant */
                success: true;
                data: components["schemas"]["KnowledgeFile"][];
                nextCursor: string | null;
              }
            | {
                /** @constant */
                success: true;
                /** @constant */
                action: "removed";
              };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1MeProfile: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Profile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putV1MeProfile: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          fullName?: string | null;
          language?: string | null;
          whatsappNumber?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Profile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1MeNumbers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["NumberMapping"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postV1MeNumbers: {
    parameters: {
      query?: never;
      header?: {
        /** @description en, fr or pt-BR: the language of texts. */
        "Accept-Language"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          number: string;
          connection?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              /** Format: uuid */
              id: string;
              code: string;
              /** Format: date-time */
              expiresAt: string;
              instruction: string;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteV1MeNumbersById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1MeWhatsappConfig: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WhatsAppConfig"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postV1MeWhatsappConfig: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          phoneNumberId?: string | null;
          inboxId?: number | null;
          phoneNumber?: string | null;
          connection?: string | null;
          active?: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              /** Format: uuid */
              id: string;
              isActive: boolean;
              isVerified: boolean;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putV1MeWhatsappConfigById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          phoneNumberId?: string | null;
          inboxId?: number | null;
          phoneNumber?: string | null;
          connection?: string | null;
          active?: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "changed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteV1MeWhatsappConfigById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1MeAiKeys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postV1MeAiKeys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          provider: "groq" | "openai";
          apiKey: string;
          model?: string | null;
          temperature?: number | null;
          priority?: number | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putV1MeAiKeysById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          model?: string | null;
          temperature?: number | null;
          priority?: number | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteV1MeAiKeysById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1MeWebhookLinks: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhookLinks"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putV1MeWebhookLinks: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          webhookUrl?: string | null;
          groqApiUrl?: string | null;
          webhookEnabled?: boolean;
          groqEnabled?: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhookLinks"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1MeUsage: {
    parameters: {
      query?: {
        days?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Usage"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1MeFiles: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postV1MeFiles: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
          /**
           * Format: binary
           * @description Behind the fields that it goes with.
           */
          file?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getV1MeFilesById: {
    parameters: {
      query?: never;
      header?: {
        /** @description One range of bytes, such as bytes=0-1023; answered with 206. */
        Range?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/octet-stream": string;
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putV1MeFilesById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
          /**
           * Format: binary
           * @description Behind the fields that it goes with.
           */
          file?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteV1MeFilesById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  headV1MeFilesById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Refusal"];
    };
  };
  patchV1MeFilesById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBuffers: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "active" | "processing" | "completed" | "cancelled" | "failed";
        connection?: string;
        conversationId?: number;
        since?: string;
        until?: string;
        userId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Buffer"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBuffersById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["BufferWhole"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminBuffersByIdProcess: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "processing";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminBuffersByIdExtend: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          seconds: number;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "extended";
            /** Format: date-time */
            dueAt: string;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminBuffersByIdReprocess: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          post?: boolean;
          /**
           * Format: uuid
           * @description The buffer's id once more: the customer will read the answer.
           */
          confirm?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Reprocessed"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminBuffersByIdCancel: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "cancelled";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminJobs: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "scheduled" | "running" | "completed" | "failed";
        quarantined?: boolean;
        connection?: string;
        conversationId?: number;
        errorCode?: string;
        since?: string;
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Job"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminJobsById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Turn"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminTurnsById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Turn"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminJobsRetryFailed: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          connection?: string;
          conversationId?: number;
          errorCode?: string;
          /** Format: date-time */
          since?: string;
          /** Format: date-time */
          until?: string;
          includeQuarantined?: boolean;
          limit?: number;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              retried: number;
              left: {
                quarantined: number;
                other: number;
              };
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminJobsDiscard: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          connection?: string;
          conversationId?: number;
          errorCode?: string;
          /** Format: date-time */
          since?: string;
          /** Format: date-time */
          until?: string;
          quarantined?: boolean;
          limit?: number;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              discarded: number;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminJobsByIdRetry: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "scheduled";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminJobsByIdDiscard: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "discarded";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminOutbox: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "intent" | "sending" | "unknown" | "sent" | "failed" | "cancelled";
        connection?: string;
        conversationId?: number;
        since?: string;
        until?: string;
        kind?: "reply" | "notification";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Delivery"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminOutboxByIdRetry: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "scheduled";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminErrands: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "waiting" | "done" | "failed";
        connection?: string;
        conversationId?: number;
        since?: string;
        until?: string;
        kind?: "note" | "handoff" | "label" | "resolve";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Errand"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminErrandsByIdRetry: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "scheduled";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminConversations: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "idle" | "buffering" | "processing" | "paused";
        connection?: string;
        inboxId?: number;
        contactId?: number;
        userId?: string;
        status?: "open" | "pending" | "resolved" | "snoozed";
        /** @description How it ended last. */
        outcome?: "resolved" | "handed_off" | "reopened";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Conversation"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminConversationsById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ConversationStory"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminConversationsByIdTimeline: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        kind?: "message" | "buffer" | "event" | "turn" | "delivery" | "errand" | "outcome";
      };
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["TimelineItem"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminConversationsByIdPause: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Left out: until it is resolved or resumed. */
          minutes?: number;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ConversationStory"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminConversationsByIdResume: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ConversationStory"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminInboxes: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Inbox"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminInboxesByConnectionByInboxId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description Chatwoot's own number of the inbox. */
        inboxId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Inbox"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminInboxesByConnectionByInboxId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description Chatwoot's own number of the inbox. */
        inboxId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          mode?: ("off" | "watch" | "answer") | null;
          window?: {
            silenceMs?: number | null;
            ageMaxMs?: number | null;
            sizeMax?: number | null;
          } | null;
          hours?: {
            timeZone?: string;
            days?: {
              [key: string]: string[];
            };
            holidays?: string[];
            /** @enum {string} */
            answer?: "inside" | "outside";
            isCustomerTold?: boolean;
          } | null;
          lists?: {
            block?: string[];
            allow?: string[];
          } | null;
          groups?: ("ignore" | "answer") | null;
          answersPerHourMax?: number | null;
          handoff?: {
            isByWords?: boolean;
            words?: string[];
            customerText?: string | null;
            label?: string | null;
            assigneeId?: number | null;
            teamId?: number | null;
          } | null;
          quality?: {
            /** @enum {string} */
            lowConfidence?: "send" | "handoff";
            linkHosts?: string[];
          } | null;
          urgencyMin?: number | null;
          labels?: string[] | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Inbox"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminInboxesByConnectionByInboxIdPrompts: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description Chatwoot's own number of the inbox. */
        inboxId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["PromptVersion"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminInboxesByConnectionByInboxIdPrompts: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description Chatwoot's own number of the inbox. */
        inboxId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          text: string;
          note?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              version: number;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminInboxesByConnectionByInboxIdPromptsShares: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description Chatwoot's own number of the inbox. */
        inboxId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              shares: {
                version: number;
                percent: number;
              }[];
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminInboxesByConnectionByInboxIdPromptsShares: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description Chatwoot's own number of the inbox. */
        inboxId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          shares: {
            version: number;
            percent: number;
          }[];
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              shares: {
                version: number;
                percent: number;
              }[];
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminInboxesByConnectionByInboxIdPromptsByVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description Chatwoot's own number of the inbox. */
        inboxId: string;
        /** @description The number of a version. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              version: number;
              text: string;
              note: string | null;
              /** Format: date-time */
              createdAt: string;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminInboxesByConnectionByInboxIdPromptsByVersionRestore: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description Chatwoot's own number of the inbox. */
        inboxId: string;
        /** @description The number of a version. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              version: number;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsers: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        /** @description How it begins. */
        name?: string;
        /** @description How it begins. */
        email?: string;
        connection?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["User"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminUsers: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name: string;
          email?: string | null;
          connection?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["User"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["User"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminUsersById: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name?: string;
          email?: string | null;
          retentionDays?: number | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["User"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminUsersById: {
    parameters: {
      query?: {
        /** @description keep: what is in their bucket is left to the operator. */
        objects?: "erase" | "keep";
      };
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
            data?: components["schemas"]["Erasure"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdNumbers: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["NumberMapping"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminUsersByIdNumbers: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          number: string;
          verified?: boolean;
          /** @description Also what is no number: kept as it is written. */
          exact?: boolean;
          connection?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["NumberMapping"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminUsersByIdNumbersByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdProfile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Profile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminUsersByIdProfile: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          fullName?: string | null;
          language?: string | null;
          whatsappNumber?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Profile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdWhatsappConfigs: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WhatsAppConfig"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminUsersByIdWhatsappConfigs: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          phoneNumberId?: string | null;
          inboxId?: number | null;
          phoneNumber?: string | null;
          connection?: string | null;
          active?: boolean;
          verified?: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              /** Format: uuid */
              id: string;
              isActive: boolean;
              isVerified: boolean;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdWhatsappConfigsByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WhatsAppConfig"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminUsersByIdWhatsappConfigsByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          phoneNumberId?: string | null;
          inboxId?: number | null;
          phoneNumber?: string | null;
          connection?: string | null;
          active?: boolean;
          verified?: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "changed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminUsersByIdWhatsappConfigsByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminWhatsappConfigs: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WhatsAppConfig"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminWhatsappConfigs: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: uuid */
          userId: string;
          phoneNumberId?: string | null;
          inboxId?: number | null;
          phoneNumber?: string | null;
          connection?: string | null;
          active?: boolean;
          verified?: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              /** Format: uuid */
              id: string;
              isActive: boolean;
              isVerified: boolean;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminWhatsappConfigsByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WhatsAppConfig"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminWhatsappConfigsByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          phoneNumberId?: string | null;
          inboxId?: number | null;
          phoneNumber?: string | null;
          connection?: string | null;
          active?: boolean;
          verified?: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "changed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminWhatsappConfigsByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdMeetingNotes: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["MeetingNote"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminUsersByIdMeetingNotes: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          content: string;
          title?: string | null;
          contactName?: string | null;
          contactPhone?: string | null;
          metAt?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              /** Format: uuid */
              id: string;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminUsersByIdMeetingNotesByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdWebhookLinks: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhookLinks"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminUsersByIdWebhookLinks: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          webhookUrl?: string | null;
          groqApiUrl?: string | null;
          webhookEnabled?: boolean;
          groqEnabled?: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhookLinks"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdAiKeys: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminUsersByIdAiKeys: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          provider: "groq" | "openai";
          apiKey: string;
          model?: string | null;
          temperature?: number | null;
          priority?: number | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdAiKeysByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminUsersByIdAiKeysByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          model?: string | null;
          temperature?: number | null;
          priority?: number | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminUsersByIdAiKeysByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminAiKeys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminAiKeys: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          provider: "groq" | "openai";
          apiKey: string;
          model?: string | null;
          temperature?: number | null;
          priority?: number | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminAiKeysByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminAiKeysByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          model?: string | null;
          temperature?: number | null;
          priority?: number | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AiKey"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminAiKeysByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminAiKeysWake: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "woken";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdLimits: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              requestsPerMinute: number | null;
              tokensPerDay: number | null;
              spendPerMonthMicroUsd: number | null;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminUsersByIdLimits: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          requestsPerMinute?: number | null;
          tokensPerDay?: number | null;
          spendPerMonthMicroUsd?: number | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              requestsPerMinute: number | null;
              tokensPerDay: number | null;
              spendPerMonthMicroUsd: number | null;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdUsage: {
    parameters: {
      query?: {
        days?: number;
      };
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Usage"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdFiles: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminUsersByIdFiles: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
          /**
           * Format: binary
           * @description Behind the fields that it goes with.
           */
          file?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdFilesByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description One range of bytes, such as bytes=0-1023; answered with 206. */
        Range?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/octet-stream": string;
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminUsersByIdFilesByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
          /**
           * Format: binary
           * @description Behind the fields that it goes with.
           */
          file?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminUsersByIdFilesByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  headAdminUsersByIdFilesByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Refusal"];
    };
  };
  patchAdminUsersByIdFilesByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name?: string;
          /** @enum {string} */
          audience?: "owner" | "customers";
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["KnowledgeFile"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminTokens: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        scope?: "admin" | "service" | "chat" | "user";
        userId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              /** Format: uuid */
              id: string;
              name: string;
              /** @description admin, service, chat, or user: and an id. */
              scope: string;
              /** Format: date-time */
              createdAt: string;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminTokens: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name: string;
          scope: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              /** Format: uuid */
              id: string;
              name: string;
              /** @description admin, service, chat, or user: and an id. */
              scope: string;
              token: string;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminTokensByRowId: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminIdentity: {
    parameters: {
      query: {
        number: string;
        country?: string;
        origin?: "stored" | "whatsapp";
        connection?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Identity"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminContactsByRowIdExport: {
    parameters: {
      query?: {
        /** @description Whose contact it is; the environment's where it is left out. */
        connection?: string;
      };
      header?: never;
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/zip": string;
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminContactsByRowId: {
    parameters: {
      query?: {
        /** @description Whose contact it is; the environment's where it is left out. */
        connection?: string;
      };
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
            data?: components["schemas"]["Erasure"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdExport: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/zip": string;
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminErasures: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "running" | "done";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Erasure"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminErasuresByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Erasure"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBuckets: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "creating" | "ready" | "retired";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Bucket"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBucketsVerify: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Verified"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBucketsDuplicates: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              bucketName: string;
              suggestedUserId: string | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBucketsByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Bucket"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminBucketsByRowIdMerge: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: uuid */
          userId: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["BucketTask"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminBucketsByRowIdObjects: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["BucketTask"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBucketTasks: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "waiting" | "done";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["BucketTask"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBucketTasksByRowId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of the row. */
        rowId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["BucketTask"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdBucket: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Bucket"] | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminUsersByIdBucket: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          bucketName: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Bucket"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminUsersByIdBucket: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Bucket"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminUsersByIdBucketExport: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/zip": string;
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminDoctor: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["DoctorCheck"][];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminConnections: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Connection"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminConnections: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name: string;
          /** Format: uri */
          baseUrl: string;
          accountId: number;
          /** @description A bot's or a user's. */
          apiToken: string;
          /** @description A user's, beside a bot's: it can list messages. */
          userToken?: string | null;
          /** @description The one that Chatwoot signs with. */
          webhookSecret?: string | null;
          /** @description For a Chatwoot that does not sign. */
          pathSecret?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              name: string;
              /** @description Null: its webhooks are taken, and nothing can be sent. */
              baseUrl: string | null;
              accountId: number | null;
              apiTokenLastFour: string | null;
              userTokenLastFour: string | null;
              hasWebhookSecret: boolean;
              hasPathSecret: boolean;
              /** @description It stands in the environment, and is changed there. */
              isLocked: boolean;
              /** @description False: its secrets cannot be opened, or the environment has its account. */
              isServed: boolean;
              webhookUrl: string;
              createdAt: string | null;
              updatedAt: string | null;
              /** @description Made by lull, and shown this once. */
              pathSecret?: string;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminConnectionsByName: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Connection"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminConnectionsByName: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: uri */
          baseUrl?: string;
          /** @description A bot's or a user's. */
          apiToken?: string;
          /** @description A user's, beside a bot's: it can list messages. */
          userToken?: string | null;
          /** @description The one that Chatwoot signs with. */
          webhookSecret?: string | null;
          /** @description For a Chatwoot that does not sign. */
          pathSecret?: string | null;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Connection"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminConnectionsByName: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "removed";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminConnectionsByNameCheck: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              name: string;
              /** @enum {string} */
              state: "ok" | "limited" | "failed";
              tokenKind: ("user" | "bot") | null;
              findings: {
                /** @enum {string} */
                name: "api_token" | "account" | "user_token" | "lists";
                /** @enum {string} */
                state: "ok" | "limited" | "failed";
                text: string;
                fix?: string;
                code?: string;
              }[];
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminStats: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Stats"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminMetrics: {
    parameters: {
      query?: {
        hours?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Figures"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminEvents: {
    parameters: {
      query?: {
        connection?: string;
        conversationId?: number;
        name?: string;
        /** @description As Last-Event-ID, which stands before it. */
        lastEventId?: number;
      };
      header?: {
        /** @description The id of the last event that was seen: those after it are sent first. */
        "Last-Event-ID"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": string;
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminAuditLog: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        actor?: string;
        action?: string;
        subject?: string;
        since?: string;
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["AuditEntry"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminFlags: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Flag"][];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminFlagsByName: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Flag"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminFlagsByName: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          enabled: boolean;
          rolloutPercent?: number;
          /** @description all, connection:<name> or user:<id>. */
          scope?: string;
          why?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Flag"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  deleteAdminFlagsByName: {
    parameters: {
      query: {
        /** @description all, connection:<name> or user:<id>. */
        scope: string;
        why?: string;
      };
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Flag"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminFlagsByNameHistory: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["FlagChange"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminProcessing: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          enabled: boolean;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              enabled: boolean;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminModelCapabilities: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              [key: string]: {
                sees?: boolean;
                obeysSchema?: boolean;
              };
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminModelCapabilities: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: {
            sees?: boolean;
            obeysSchema?: boolean;
          };
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              [key: string]: {
                sees?: boolean;
                obeysSchema?: boolean;
              };
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminSchedules: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Schedule"][];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminSchedulesByName: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Schedule"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  putAdminSchedulesByName: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
        /** @description The ETag that was read: the change is refused with 412 when another was made since. */
        "If-Match"?: string;
      };
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          enabled: boolean;
          why?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          /** @description Of its present form, for If-Match. */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Schedule"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminSchedulesByNameRun: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ScheduleRun"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminSchedulesByNameRuns: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "running" | "succeeded" | "failed" | "interrupted";
      };
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ScheduleRun"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminSchedulesByNameRunsById: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ScheduleRun"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminBackups: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Backup"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminBackups: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ScheduleRun"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminBackupsByIdVerify: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["VerifiedBackup"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminMaintenanceCheckpoint: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              walBytesBefore: number;
              walBytes: number;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminMaintenanceByWork: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Which work. */
        work: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ScheduleRun"][];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminAlerts: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "open" | "all";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Alert"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminForwards: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        state?: "waiting" | "sent" | "failed";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["Forward"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminForwardsByIdRetry: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description Its id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            action: "scheduled";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminForwardsGiveUp: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              count: number;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminImportDryRun: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              id: string;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminImport: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          table:
            | "users"
            | "profiles"
            | "whatsapp_user_mapping"
            | "user_whatsapp_config"
            | "user_bucket_mapping"
            | "user_groq_config"
            | "webhook_api_links"
            | "meeting_notes"
            | "feature_flags"
            | "conversations"
            | "message_buffer"
            | "buffered_messages"
            | "buffer_processing_jobs"
            | "customer_conversations"
            | "audio_files";
          rows: {
            line: number;
            values: {
              [key: string]: string;
            };
          }[];
          exact?: boolean;
          connection?: string | null;
          /** @description The id of a dry run: nothing is kept. */
          dryRun?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["ImportReport"];
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postAdminImportFinish: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name of the caller's for this request: sent again, it is answered as before and done once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description The id of a dry run: nothing is kept. */
          dryRun?: string;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: {
              opened: number;
              joined: number;
              failed: number;
            };
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postWebhooksChatwoot: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookAnswer"];
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postWebhooksChatwootByConnection: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookAnswer"];
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postWebhooksChatwootByConnectionByPathSecret: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The name of a connection, such as default. */
        connection: string;
        /** @description The secret of a connection whose Chatwoot does not sign. */
        pathSecret: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookAnswer"];
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1ChatwootWebhookV2: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookAnswer"];
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  postFunctionsV1ChatwootWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookAnswer"];
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getAdminWebhookLog: {
    parameters: {
      query?: {
        /** @description How many rows at once; 50 where it is not said. */
        limit?: number;
        /** @description The nextCursor of the page before. */
        cursor?: string;
        outcome?: "buffered" | "duplicate" | "skipped" | "forwarded" | "rejected" | "failed";
        event?: string;
        conversationId?: number;
        connection?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhookLine"][];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getLivez: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            status: "alive";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getReadyz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @constant */
            success: true;
            /** @constant */
            status: "ready";
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/plain": string;
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
  getOpenapiJson: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            [key: string]: unknown;
          };
        };
      };
      default: components["responses"]["Refusal"];
    };
  };
}
