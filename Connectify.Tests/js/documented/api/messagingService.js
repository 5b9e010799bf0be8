// api/messagingService.js
import apiClient from './client';

export const messagingService = {
  // Conversations
  getConversations: () => apiClient.get('/messaging/conversations/'),
  createConversation: (data) => apiClient.post('/messaging/conversations/create/', data),
  getConversationDetail: (id) => apiClient.get(`/messaging/conversations/${id}/`),
  getConversationMessages: (id, page = 1) => 
    apiClient.get(`/messaging/conversations/${id}/messages/?page=${page}`),
  sendMessage: (id, data) => 
    apiClient.post(`/messaging/conversations/${id}/send-message/`, data),
  
  // Group Chats
  getGroupChats: () => apiClient.get('/messaging/group-chats/'),
  createGroupChat: (data) => apiClient.post('/messaging/group-chats/create/', data),
  getGroupChatDetail: (id) => apiClient.get(`/messaging/group-chats/${id}/`),
  getGroupChatMessages: (id, page = 1) => 
    apiClient.get(`/messaging/group-chats/${id}/messages/?page=${page}`),
  sendGroupMessage: (id, data) => 
    apiClient.post(`/messaging/group-chats/${id}/send-message/`, data),
  addGroupMembers: (id, data) => 
    apiClient.post(`/messaging/group-chats/${id}/add-members/`, data),
  removeGroupMember: (id, data) => 
    apiClient.post(`/messaging/group-chats/${id}/remove-member/`, data),
  changeGroupRole: (id, data) => 
    apiClient.post(`/messaging/group-chats/${id}/change-role/`, data),
  
  // Messages
  getMessageDetail: (id) => apiClient.get(`/messaging/messages/${id}/`),
  deleteMessage: (id) => apiClient.delete(`/messaging/messages/${id}/delete/`),
  editMessage: (id, data) => apiClient.put(`/messaging/messages/${id}/edit/`, data),
  reactToMessage: (id, data) => apiClient.post(`/messaging/messages/${id}/react/`, data),
  removeReaction: (id, emoji) => 
    apiClient.delete(`/messaging/messages/${id}/unreact/${emoji ? `?emoji=${emoji}` : ''}`),
  
  // User Blocks
  getBlocks: () => apiClient.get('/messaging/blocks/'),
  blockUser: (data) => apiClient.post('/messaging/blocks/create/', data),
  unblockUser: (id) => apiClient.delete(`/messaging/blocks/${id}/delete/`)
};
