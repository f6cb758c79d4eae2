//! JSON Web Tokens and key sets, shared by the SDK and the embedded core.
